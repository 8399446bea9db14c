import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  comparison,
  figuresOf,
  interleave,
  notMeasured,
  type Pair,
  quantile,
} from '../../bench/statistics.ts';

function pair(measured: number, baseline: number): Pair {
  return {
    measured: { seconds: measured, processorSeconds: measured / 2 },
    baseline: { seconds: baseline, processorSeconds: baseline / 4 },
  };
}

const duration = fc.double({ min: 0.001, max: 1000, noNaN: true });

describe('quantile', () => {
  it('is the middle value, or lies between the two middle ones', () => {
    expect(quantile([9, 1, 5], 0.5)).toBe(5);
    expect(quantile([1, 2, 4, 10], 0.5)).toBe(3);
  });

  it('does not change the values it is given', () => {
    const values = [3, 1, 2];
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it('of no values is not a number', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('lies between the least and the greatest value', () => {
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const found = quantile(values, share);
          const slack = 1e-9 * Math.max(...values);
          expect(found).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(found).toBeLessThanOrEqual(Math.max(...values) + slack);
        },
      ),
    );
  });
});

describe('figures', () => {
  it('take the ratio of each pair first and the median of these ratios then', () => {
    const { ratio, compared } = figuresOf(comparison([pair(2, 1), pair(30, 20), pair(4, 4)]), 2);
    expect(ratio).toBe(1.5);
    expect(compared).toBe('4.00 s against 4.00 s');
  });

  it('have as spread half the distance between the quartiles of the ratios', () => {
    const { spread } = figuresOf(comparison([pair(1, 1), pair(2, 1), pair(3, 1), pair(4, 1), pair(5, 1)]), 9);
    expect(spread).toBe(1);
  });

  it('give the ratio by processor time beside the one by the clock', () => {
    const { ratio, processorRatio } = figuresOf(comparison([pair(1, 1)]), 2);
    expect([ratio, processorRatio]).toEqual([1, 2]);
  });

  it('are judged by the clock', () => {
    expect(figuresOf(comparison([pair(1.1, 1)]), 1.15).ok).toBe(true);
    expect(figuresOf(comparison([pair(1.2, 1)]), 1.15).ok).toBe(false);
  });

  it('are ok at the limit itself', () => {
    expect(figuresOf(comparison([pair(1.15, 1)]), 1.15).ok).toBe(true);
  });

  it('do not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(duration, duration), { minLength: 1 }), (times) => {
        const pairs = times.map(([measured, baseline]) => pair(measured, baseline));
        expect(figuresOf(comparison(pairs.toReversed()), 1)).toEqual(figuresOf(comparison(pairs), 1));
      }),
    );
  });

  it('of nothing measured are not ok, whatever the limit', () => {
    expect(figuresOf(comparison([]), Infinity)).toEqual(notMeasured(Infinity));
    expect(notMeasured(99)).toMatchObject({ ratio: null, spread: null, limit: 99, ok: false });
  });
});

describe('interleaved runs', () => {
  it('take turns at being first and stay with their own kind', async () => {
    const order: string[] = [];
    const run = (kind: string, seconds: number) => () => {
      order.push(kind);
      return Promise.resolve({ seconds, processorSeconds: seconds });
    };
    const rounds: number[] = [];
    const pairs = await interleave(3, { measured: run('A', 2), baseline: run('B', 1) }, (round) => {
      rounds.push(round);
    });
    expect(order.join('')).toBe('ABBAAB');
    expect(rounds).toEqual([1, 2, 3]);
    expect(pairs.map(({ measured, baseline }) => [measured.seconds, baseline.seconds])).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
  });

  it('end with the first run that fails', async () => {
    const sample = { seconds: 1, processorSeconds: 1 };
    const runs = {
      measured: () => Promise.resolve(sample),
      baseline: () => Promise.reject(new Error('no engine')),
    };
    await expect(interleave(3, runs)).rejects.toThrow('no engine');
  });
});
