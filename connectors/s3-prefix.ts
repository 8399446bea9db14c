import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Json, within } from '../diagnostics/index.ts';
import { bucketDenials, type Observed } from '../lifecycle/index.ts';
import { withS3 } from './aws.ts';
import { connectorError } from './problems.ts';
import { type BucketPart, empty, listOnePage, observeBucketPolicy } from './s3.ts';

interface Statement {
  readonly Sid?: string;
  readonly Resource?: string | readonly string[];
}

interface Policy {
  readonly Statement?: Statement | readonly Statement[];
}

/**
 * `objects`: versions and delete markers under the prefix, counted up to 1000; `denials`: statements of the teardown about it.
 * Undefined: neither is there, or the bucket itself is not.
 */
export async function observeBucketPrefix(part: BucketPart): Promise<Observed | undefined> {
  const found = await withS3((client) => listOnePage(client, part));
  const [objects, denials] = [found.length, (await liveDenials(part)).length];
  return objects + denials === 0 ? undefined : { objects, denials };
}

/** The teardown's statements about the prefix as they are in the policy; undefined if there are none. */
export async function observeBucketDenials(part: BucketPart): Promise<Observed | undefined> {
  const statements = await liveDenials(part);
  return statements.length === 0 ? undefined : { statements: statements as readonly Json[] };
}

/**
 * Deletes every version and delete marker under the prefix, looks that none is left, and only then takes the teardown's statements out
 * of the policy as it is now: the prefix is never open before it is empty, and others' statements stay. Can be run again after
 * a crash. Throws connector-release-refused if S3 keeps an object or another one came meanwhile.
 */
export async function releaseBucketPrefix(part: BucketPart): Promise<void> {
  await withS3(async (client) => {
    await empty(client, part);
    const left = await listOnePage(client, part);
    if (left.length > 0) {
      throw connectorError('connector-release-refused', {
        detail: `${left.length} object versions under ${part.bucket}/${part.prefix} came while it was emptied`,
        hint: 'stop whoever writes there, then run the step again',
      });
    }
    await putDenials(client, part, []);
  });
}

/** Puts `denials` in the place of the teardown's statements about the prefix, in the policy as it is now; others' statements stay. */
export async function writeBucketDenials(part: BucketPart, denials: readonly Json[]): Promise<void> {
  await withS3((client) => putDenials(client, part, denials));
}

async function putDenials(client: S3Client, part: BucketPart, denials: readonly Json[]): Promise<void> {
  const policy = await livePolicy(part);
  const statements = statementsOf(policy);
  const others = statements.filter((each) => !isDenial(each, part));
  if (others.length === statements.length && denials.length === 0) return;
  const what = `the policy of bucket ${part.bucket}`;
  if (others.length + denials.length === 0) {
    await within('60 seconds', what, client.send(new DeleteBucketPolicyCommand({ Bucket: part.bucket })));
    return;
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', ...policy, Statement: [...others, ...denials] });
  await within('60 seconds', what, client.send(new PutBucketPolicyCommand({ Bucket: part.bucket, Policy })));
}

async function liveDenials(part: BucketPart): Promise<readonly Statement[]> {
  return statementsOf(await livePolicy(part)).filter((each) => isDenial(each, part));
}

async function livePolicy({ bucket }: BucketPart): Promise<Policy> {
  return ((await observeBucketPolicy(bucket))?.policy ?? {}) as Policy;
}

function statementsOf({ Statement: found = [] }: Policy): readonly Statement[] {
  return [found].flat();
}

/** By name and by place: another teardown may have statements of the same name about another prefix. */
function isDenial({ Sid = '', Resource = [] }: Statement, { bucket, prefix }: BucketPart): boolean {
  const resources = [Resource].flat();
  return (
    Object.values<string>(bucketDenials).includes(Sid) &&
    resources.length > 0 &&
    resources.every((resource) => resource.endsWith(`:::${bucket}/${prefix}*`))
  );
}
