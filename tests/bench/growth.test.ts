import { describe, expect, it } from '@jest/globals';
import { measurementOf } from '../../bench/growth.ts';

const grown = (seconds: number) => ({ seconds, processorSeconds: seconds / 2 });

describe('growth', () => {
  it('is what ours takes more, over what the minimal program takes more', () => {
    const { ratios, processorRatios } = measurementOf([{ ours: grown(6), minimal: grown(4) }]);
    expect([ratios, processorRatios]).toEqual([[1.5], [1.5]]);
  });

  it('is not measured against a program that did not grow', () => {
    expect(() => measurementOf([{ ours: grown(6), minimal: grown(0) }])).toThrow(/no slower/);
  });
});
