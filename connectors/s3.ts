import {
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Json, within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { awsCode, withS3 } from './aws.ts';
import { connectorError } from './problems.ts';

const absent = /^(NoSuchBucket|NotFound|404)$/;

/** Runs `work`; undefined if the bucket is not there. */
async function ifThere<T>(what: string, work: (client: S3Client) => Promise<T>): Promise<T | undefined> {
  return withS3(async (client) => {
    try {
      return await within('60 seconds', what, work(client));
    } catch (error) {
      if (absent.test(awsCode(error))) return undefined;
      throw error;
    }
  });
}

/** `objects`: versions and delete markers, counted up to 1000. */
export async function observeBucket(bucket: string): Promise<Observed | undefined> {
  return ifThere(`reading bucket ${bucket}`, async (client) => {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1000 }));
    return {
      versioning: versioning.Status ?? 'none',
      objects: (page.Versions?.length ?? 0) + (page.DeleteMarkers?.length ?? 0),
    };
  });
}

/** The bucket's policy, parsed; undefined if it has none or is not there. */
export async function observeBucketPolicy(bucket: string): Promise<Observed | undefined> {
  return ifThere(`reading the policy of bucket ${bucket}`, async (client) => {
    try {
      const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      return Policy === undefined ? undefined : { policy: JSON.parse(Policy) as Json };
    } catch (error) {
      if (awsCode(error) === 'NoSuchBucketPolicy') return undefined;
      throw error;
    }
  });
}

/**
 * Deletes every version and every delete marker, a page at a time; can be run again after a crash. An absent bucket
 * is released already. Throws connector-release-refused if S3 keeps one, as Object Lock does; keys are not named.
 */
export async function releaseBucket(bucket: string): Promise<void> {
  await withS3((client) => empty(client, { bucket, prefix: '' }));
}

/** A bucket, or the part of it whose keys begin with `prefix`. */
export interface BucketPart {
  readonly bucket: string;
  /** Blank: all of the bucket. */
  readonly prefix: string;
}

export async function empty(client: S3Client, part: BucketPart): Promise<void> {
  while ((await emptyOnePage(client, part)) > 0);
}

async function emptyOnePage(client: S3Client, part: BucketPart): Promise<number> {
  const { bucket } = part;
  const found = await listOnePage(client, part);
  if (found.length === 0) return 0;
  const remove = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [...found], Quiet: true } });
  const { Errors: kept = [] } = await within('60 seconds', `emptying bucket ${bucket}`, client.send(remove));
  if (kept.length > 0) {
    throw connectorError('connector-release-refused', {
      detail: `bucket ${bucket} keeps ${kept.length} of ${found.length} object versions (${kept[0]?.Code ?? 'no code'})`,
      hint: 'look at Object Lock, legal holds and the bucket policy, then run the step again',
    });
  }
  return found.length;
}

/** Up to 1000 versions and delete markers; none of an absent bucket. */
export async function listOnePage(
  client: S3Client,
  { bucket, prefix }: BucketPart,
): Promise<readonly ObjectIdentifier[]> {
  const list = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: 1000 });
  try {
    const page = await within('60 seconds', `listing bucket ${bucket}`, client.send(list));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    return found.map(({ Key, VersionId }) => ({ Key, VersionId }));
  } catch (error) {
    if (absent.test(awsCode(error))) return [];
    throw error;
  }
}
