import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allSteps, isNarrowerOrEqual, open, scales, stageOf } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/postures.ts';

describe('posture table', () => {
  it('only narrows on the way forward (rule 8)', () => {
    fc.assert(
      fc.property(fc.nat(allSteps.length - 1), fc.nat(allSteps.length - 1), (a, b) => {
        const [earlier, later] = [allSteps[Math.min(a, b)], allSteps[Math.max(a, b)]];
        if (!earlier || !later) return;
        expect(isNarrowerOrEqual(postures[earlier], postures[later])).toBe(true);
      }),
    );
  });

  it('changes something at every step', () => {
    for (const [i, step] of allSteps.entries()) {
      const previous = allSteps[i - 1];
      if (previous) expect(postures[step]).not.toEqual(postures[previous]);
    }
  });

  it('is open at active and fully closed at the end', () => {
    expect(postures.active).toEqual(open);
    const last = Object.fromEntries(Object.entries(scales).map(([name, values]) => [name, values.at(-1)]));
    // Accounts and administrators are locked, never removed as a scale of their own; sensitive and modules end as revoked.
    expect(postures['destroyed/data']).toEqual(last);
  });

  it('removes nothing before destroyed', () => {
    for (const step of allSteps) {
      if (stageOf(step) !== 'destroyed') expect(Object.values(postures[step])).not.toContain('removed');
    }
  });

  it('tells a widening from a narrowing', () => {
    expect(isNarrowerOrEqual(postures['read-only'], postures.active)).toBe(false);
  });
});
