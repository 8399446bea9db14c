import type { Benchmark } from './benchmark.ts';
import type { SizedContest } from './contest.ts';
import { type Measurement, median } from './statistics.ts';
import { timed } from './timed-stack.ts';
import { sizes } from './workshop.ts';

export const growth: Benchmark = {
  what: 'growth of the preview',
  explains:
    'what a preview takes longer with 500 live resources than with 50: our program against the minimal one',
  limit: 1.15,
  async measure(workshop, rounds) {
    const contests = [await workshop.sized('small'), await workshop.sized('large')] as const;
    const found: Growth[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      found.push(await oneRound(contests, round));
      workshop.progress(`round ${round} of ${rounds}`);
    }
    return measurementOf(found);
  },
};

/** Seconds that the larger stack takes more, by the clock and of processor time. */
interface Growth {
  readonly ours: { readonly seconds: number; readonly processorSeconds: number };
  readonly minimal: { readonly seconds: number; readonly processorSeconds: number };
}

/** Ours is first in every other round. */
async function oneRound(
  [small, large]: readonly [SizedContest, SizedContest],
  round: number,
): Promise<Growth> {
  const grown = async (who: 'ours' | 'minimal') => {
    const [few, many] = [
      await timed(stackOf(small, who), 'preview'),
      await timed(stackOf(large, who), 'preview'),
    ];
    return {
      seconds: many.seconds - few.seconds,
      processorSeconds: many.processorSeconds - few.processorSeconds,
    };
  };
  if (round % 2 === 0) {
    const minimal = await grown('minimal');
    return { ours: await grown('ours'), minimal };
  }
  return { ours: await grown('ours'), minimal: await grown('minimal') };
}

function stackOf({ ours, minimal }: SizedContest, who: 'ours' | 'minimal') {
  return who === 'ours' ? ours.stack : minimal;
}

/** Exported for its test. Throws when the minimal program did not grow: then there is nothing to compare with. */
export function measurementOf(found: readonly Growth[]): Measurement {
  if (found.some(({ minimal }) => minimal.seconds <= 0 || minimal.processorSeconds <= 0)) {
    throw new Error('the minimal program was no slower with more resources: take a quieter machine');
  }
  const middle = (who: keyof Growth): string => median(found.map((each) => each[who].seconds)).toFixed(2);
  return {
    ratios: found.map(({ ours, minimal }) => ours.seconds / minimal.seconds),
    processorRatios: found.map(({ ours, minimal }) => ours.processorSeconds / minimal.processorSeconds),
    compared: `${middle('ours')} s more against ${middle('minimal')} s (${sizes.small} and ${sizes.large} modules)`,
  };
}
