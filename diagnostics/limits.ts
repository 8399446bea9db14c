import { type Duration, milliseconds } from './durations.ts';
import { defineProblems, TeardownError } from './problems.ts';

const problems = defineProblems({
  'wait-timed-out': { summary: 'A wait ran into its limit', exit: 'timedOut' },
});

/** "Timed out" is not "failed": callers branch on the class. */
export class TimedOut extends TeardownError {}

export interface WaitOptions {
  /**
   * False: the timer does not keep the event loop alive, so a process with nothing else under way ends before the limit. Only
   * where that end is guarded. @default true
   */
  readonly keepsAlive?: boolean;
}

/**
 * Waits for `work`, at most `limit`. The timer keeps Node's event loop alive, so a promise that never settles
 * ends as TimedOut and never as a program that simply stops: the engine takes that for "finished", and deletes what was not registered.
 */
export async function within<T>(
  limit: Duration,
  what: string,
  work: PromiseLike<T>,
  { keepsAlive = true }: WaitOptions = {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const detail = `${what} did not finish within ${limit}`;
      const hint = 'teardown status';
      reject(new TimedOut(problems('wait-timed-out', { detail, hint })));
    }, milliseconds(limit));
    if (!keepsAlive) timer.unref();
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
