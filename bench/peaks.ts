import { readFileSync } from 'node:fs';
import { below } from '../sandbox/crash/processes.ts';
import type { Pulumi } from '../sandbox/index.ts';
import type { SizedContest } from './contest.ts';
import { wantStep } from './system.ts';
import { failure, preparing } from './timed-stack.ts';

/** Peak resident memory in one update, in MB. */
export interface Peaks {
  readonly program: number;
  readonly plugin: number;
}

/** Updates of a large stack to the step after `active` and back in turn: gate, hooks and verification do all their work. */
export async function measurePeaks(
  { ours, progress }: SizedContest,
  rounds: number,
): Promise<readonly Peaks[]> {
  const [first = 'active', second = 'read-only'] = ours.loaded.plan;
  const peaks: Peaks[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await wantStep(ours, round % 2 === 1 ? second : first);
    peaks.push(await peaksOf(ours.stack.pulumi));
    progress(`round ${round} of ${rounds}`);
  }
  return peaks;
}

async function peaksOf(pulumi: Pulumi): Promise<Peaks> {
  const { pid, result } = pulumi.start('up', ['--skip-preview'], preparing);
  const peaks = { program: 0, plugin: 0 };
  const watching = setInterval(() => {
    peaks.program = Math.max(peaks.program, peakBelow(pid, 'program'));
    peaks.plugin = Math.max(peaks.plugin, peakBelow(pid, 'teardown plugin'));
  }, 100);
  const done = await result.finally(() => {
    clearInterval(watching);
  });
  if (done.exitCode !== 0) throw new Error(failure(`up of ${pulumi.stack}`, done));
  if (peaks.program === 0 || peaks.plugin === 0) throw new Error('a process ended before it was seen');
  return peaks;
}

/** The kernel keeps the peak of each process; the last look before its end is what we get. */
function peakBelow(engine: number, who: 'program' | 'teardown plugin'): number {
  return Math.max(0, ...below(engine, who).map(({ pid }) => peakOf(pid)));
}

function peakOf(pid: number): number {
  try {
    const [, kilobytes = '0'] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return 0;
  }
}
