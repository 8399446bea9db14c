import type { Benchmark } from './benchmark.ts';
import type { Peaks } from './peaks.ts';
import { type Measurement, median } from './statistics.ts';

/** What each may take, in MB (1,000,000 bytes). */
const most = 250;

export const programMemory: Benchmark = {
  what: 'memory of the program',
  explains: `peak resident memory in an update to another step with 500 live resources, against ${most} MB`,
  limit: 1,
  measure: async (workshop, rounds) => shareOfLimit(await workshop.peaks(rounds), 'program'),
};

export const pluginMemory: Benchmark = {
  what: 'memory of the plugin',
  explains: `as memory of the program, of our plugin`,
  limit: 1,
  measure: async (workshop, rounds) => shareOfLimit(await workshop.peaks(rounds), 'plugin'),
};

function shareOfLimit(peaks: readonly Peaks[], who: keyof Peaks): Measurement {
  const found = peaks.map((each) => each[who]);
  return {
    ratios: found.map((megabytes) => megabytes / most),
    compared: `${median(found).toFixed(0)} MB against ${most} MB`,
  };
}
