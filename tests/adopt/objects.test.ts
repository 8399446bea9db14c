import { describe, expect, it } from '@jest/globals';
import { captureObjects } from '../../adopt/objects.ts';
import type { LiveTarget, Observed } from '../../lifecycle/index.ts';
import { liveFrom, sliceWorld } from './live-slice.ts';

const shared = {
  name: 'attachments',
  bucket: 'company-files',
  prefix: 'crm/',
  ownership: 'shared' as const,
  data: ['contact'],
};

type Kind = LiveTarget['kind'];

const there: Partial<Record<Kind, Observed>> = {
  bucket: { versioning: 'Enabled', objects: 9 },
  'bucket-prefix': { objects: 4, denials: 0 },
};

function capture(changes: Partial<Record<Kind, Observed | undefined>> = {}) {
  const facts = { ...there, ...changes };
  const observe = ({ kind }: LiveTarget) => Promise.resolve(facts[kind]);
  return captureObjects(shared, { ...liveFrom(sliceWorld()), observe });
}

describe('capture of a prefix in a shared bucket', () => {
  it('takes neither the bucket nor its policy over', async () => {
    expect(await capture()).toEqual({ resources: {}, absent: [], problems: [] });
  });

  it.each([
    ['a bucket that is not there', { bucket: undefined }, 'capture-absent'],
    ['a prefix that nothing is under', { 'bucket-prefix': undefined }, 'capture-absent'],
    [
      'a prefix of which only denials are left',
      { 'bucket-prefix': { objects: 0, denials: 2 } },
      'capture-absent',
    ],
    [
      'denials of an earlier teardown',
      { 'bucket-prefix': { objects: 1, denials: 1 } },
      'capture-denial-there',
    ],
  ])('refuses %s', async (_, changes, code) => {
    const { resources, problems } = await capture(changes);
    expect(resources).toEqual({});
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });
});
