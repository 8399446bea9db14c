import { describe, expect, it } from '@jest/globals';
import { allSteps, conditionsOf, contracts, mayDelete, stageOf } from '../../lifecycle/index.ts';

const role = 'postgresql:index/role:Role';
const policy = 'aws:s3/bucketPolicy:BucketPolicy';

describe('contract of a step', () => {
  it('removes nothing before destroyed', () => {
    for (const step of allSteps) {
      if (stageOf(step) !== 'destroyed') expect(contracts[step].removes).toEqual([]);
    }
  });

  it('lets a wave of destroyed remove its own kind of thing and no other', () => {
    expect(mayDelete(['destroyed/services'], 'forward', 'ApplicationService', role)).toBe(true);
    expect(mayDelete(['destroyed/services'], 'forward', 'CustomerDatabase', role)).toBe(false);
    expect(mayDelete(['destroyed/services'], 'forward', undefined, role)).toBe(false);
    expect(mayDelete(['destroyed/data'], 'forward', 'CustomerDatabase', role)).toBe(true);
  });

  it('lets merged waves remove what each of them removes', () => {
    const covered = ['destroyed/services', 'destroyed/interfaces'] as const;
    expect(mayDelete(covered, 'forward', 'Integration', role)).toBe(true);
  });

  it('never removes the gate or the verification', () => {
    for (const entry of ['forward', 'back', 'start'] as const) {
      expect(mayDelete(allSteps, entry, 'CustomerDatabase', 'teardown:index:Gate')).toBe(false);
      expect(mayDelete(allSteps, entry, 'CustomerDatabase', 'teardown:index:Verification')).toBe(false);
    }
  });

  it('removes on the way back only the narrowing that the teardown had created', () => {
    expect(mayDelete(['active'], 'back', 'ObjectStore', policy)).toBe(true);
    expect(mayDelete(['active'], 'back', 'ObjectStore', 'aws:s3/bucket:Bucket')).toBe(false);
  });
});

describe('conditionsOf', () => {
  it('asks the captured settings of a new stack and an approval too of every other move', () => {
    expect(conditionsOf('start', ['active']).map(({ name }) => name)).toEqual(['former-settings']);
    for (const step of allSteps) {
      expect(conditionsOf('forward', [step]).map(({ name }) => name)).toContain('approval');
      expect(conditionsOf('back', [step]).map(({ name }) => name)).toEqual(['former-settings', 'approval']);
    }
  });

  it('asks of merged waves what each of them asks, once', () => {
    const names = conditionsOf('forward', ['snapshotted', 'destroyed/services', 'destroyed/data']).map(
      ({ name }) => name,
    );
    expect(names).toEqual([...new Set(names)]);
    expect(names).toEqual(expect.arrayContaining(['quiet-period', 'restore-test', 'typed-name']));
  });
});
