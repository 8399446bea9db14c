import { type Duration, milliseconds } from './durations.ts';
import { defineProblems, TeardownError } from './problems.ts';

const problems = defineProblems({
  'wait-timed-out': { summary: 'A wait ran into its limit', exit: 'timedOut' },
});

/** "Timed out" is not "failed": callers branch on the class. */
export class TimedOut extends TeardownError {}

/**
 * Waits for `work`, at most `limit`. The timer keeps Node's event loop alive, so a promise that never settles
 * ends as TimedOut and never as a program that simply stops (facts: the engine takes that for "finished").
 */
export async function within<T>(limit: Duration, what: string, work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const detail = `${what} did not finish within ${limit}`;
      const hint = 'teardown status';
      reject(new TimedOut(problems('wait-timed-out', { detail, hint })));
    }, milliseconds(limit));
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
