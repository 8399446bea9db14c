import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allSteps, coveredBy, planOf, stageOf, stages, type Wave } from '../../lifecycle/index.ts';

const waves = allSteps.filter((step): step is Wave => step.includes('/'));

describe('planOf', () => {
  it('has 14 steps when every wave has members', () => {
    expect(planOf(new Set(waves))).toEqual(allSteps);
    expect(allSteps).toHaveLength(14);
  });

  it('leaves out waves without members', () => {
    expect(planOf(new Set<Wave>(['revoked/accounts', 'destroyed/data']))).toEqual([
      'active',
      'read-only',
      'revoked/accounts',
      'snapshotted',
      'destroyed/data',
    ]);
  });

  it('keeps the last of merged neighbours, whose posture includes the others', () => {
    const plan = planOf(new Set(waves), [['revoked/sensitive', 'revoked/modules']]);
    expect(plan).not.toContain('revoked/sensitive');
    expect(coveredBy(plan, 'revoked/modules')).toEqual(['revoked/sensitive', 'revoked/modules']);
  });

  it('merges over a wave that is left out', () => {
    const members = new Set(waves.filter((wave) => wave !== 'revoked/modules'));
    const plan = planOf(members, [['revoked/sensitive', 'revoked/interfaces']]);
    expect(plan.slice(2, 4)).toEqual(['revoked/accounts', 'revoked/interfaces']);
  });

  it.each([
    [['revoked/accounts', 'revoked/modules']],
    [['revoked/modules', 'revoked/sensitive']],
    [['revoked/admins', 'destroyed/services']],
  ] as [Wave[]][])('refuses to merge %s', (group) => {
    expect(() => planOf(new Set(waves), [group])).toThrow(RangeError);
  });

  it('covers every step exactly once, in order, whatever is merged or left out', () => {
    const groups = fc.constantFrom<Wave[][]>(
      [],
      [['revoked/sensitive', 'revoked/modules']],
      [['destroyed/services', 'destroyed/interfaces']],
    );
    fc.assert(
      fc.property(fc.subarray(waves), groups, (members, together) => {
        const kept = together.filter((group) => group.every((wave) => members.includes(wave)));
        const plan = planOf(new Set(members), kept);
        const covered = plan.flatMap((step) => coveredBy(plan, step));
        expect(covered).toEqual(allSteps.slice(0, covered.length));
        for (const wave of members) expect([...covered]).toContain(wave);
        expect(plan[0]).toBe('active');
      }),
    );
  });
});

describe('stages', () => {
  it('each have a paragraph that says how the stage is left, but for the last, which has no way on', () => {
    expect([...new Set(allSteps.map(stageOf))]).toEqual(Object.keys(stages));
    for (const [stage, paragraph] of Object.entries(stages)) {
      expect(paragraph.split('. ').length).toBeGreaterThan(1);
      if (stage !== 'destroyed') expect(paragraph).toMatch(/back|left|returned/);
    }
  });
});

describe('stageOf', () => {
  it('names the stage a wave belongs to', () => {
    expect(stageOf('revoked/admins')).toBe('revoked');
    expect(stageOf('snapshotted')).toBe('snapshotted');
  });
});
