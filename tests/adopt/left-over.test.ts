import { expect, it } from '@jest/globals';
import { leftOver } from '../../adopt/left-over.ts';

function captured(policy: unknown) {
  const type = 'aws:sqs/queuePolicy:QueuePolicy';
  return { 'queue-policy:orders': { type, importId: 'orders', inputs: { policy: JSON.stringify(policy) } } };
}

const theirs = { Sid: 'TeardownsAreDiscussedHere', Effect: 'Allow' };

it.each([
  ['in a list', [theirs, { Sid: 'TeardownDenyQueue' }], 'TeardownDenyQueue'],
  ['alone', { Sid: 'TeardownAllowAsBefore' }, 'TeardownAllowAsBefore'],
])('refuses a statement of an earlier teardown %s', (_where, Statement, sid) => {
  const found = leftOver(captured({ Statement }));
  expect(found.map(({ code }) => code)).toEqual(['capture-denial-there']);
  expect(found[0]?.detail).toContain(`queue-policy:orders has a statement ${sid}`);
});

it('lets through what is not ours, has no name, or is no policy', () => {
  expect(leftOver(captured({ Statement: [theirs, { Effect: 'Deny' }] }))).toEqual([]);
  expect(leftOver({ 'bucket:files': { type: 'aws:s3/bucket:Bucket', inputs: { bucket: 'files' } } })).toEqual(
    [],
  );
});
