import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { atMost } from '../../connectors/at-most.ts';

describe('at most so many at once', () => {
  it('runs all of them, never more than the limit together', async () => {
    const limited = atMost(3);
    let running = 0;
    let most = 0;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        limited(async () => {
          most = Math.max(most, (running += 1));
          await sleep(number % 4);
          running -= 1;
          return number;
        }),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(most).toBe(3);
  });

  it('gives the place of one that failed to the next', async () => {
    const limited = atMost(1);
    const failing = limited(() => Promise.reject(new Error('no')));
    const next = limited(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
