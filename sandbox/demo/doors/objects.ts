import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { within } from '../../../diagnostics/index.ts';
import type { ObjectKeys } from '../../world/objects.ts';
import { data, modules, writes } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

/** Objects in the bucket that the CRM shares with the web shop. A HEAD is judged apart from a GET: only a GET tells. */
export const objectDoors: readonly Door<ObjectKeys>[] = [
  {
    principal: 'application',
    attempt: 'reads an attachment in the shared bucket',
    closedBy: [modules, data],
    answer: 'enforced',
    run: (keys) => read(keys.crmAccess, keys.bucket, keys.crmObject),
  },
  {
    principal: 'application',
    attempt: 'replaces an attachment in the shared bucket',
    closedBy: [writes],
    answer: 'enforced',
    run: (keys) => replace(keys.crmAccess, keys.bucket, keys.crmObject, keys.crmText),
  },
  {
    principal: 'break-glass',
    attempt: 'reads an attachment in the shared bucket',
    closedBy: [data],
    answer: 'enforced',
    run: (keys) => read(keys.breakGlassAccess, keys.bucket, keys.crmObject),
  },
  {
    principal: 'web shop',
    attempt: 'reads a picture of its own in the shared bucket',
    closedBy: [],
    answer: 'enforced',
    run: (keys) => read(keys.shopAccess, keys.bucket, keys.shopObject),
  },
  {
    principal: 'web shop',
    attempt: 'replaces a picture of its own in the shared bucket',
    closedBy: [],
    answer: 'enforced',
    run: (keys) => replace(keys.shopAccess, keys.bucket, keys.shopObject, keys.shopText),
  },
];

function read(access: string, Bucket: string, Key: string): Promise<Outcome> {
  return outcomeOf(access, async (s3) => {
    await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
  });
}

/** The same text again, only where it still is; the version made by that goes at once. */
function replace(access: string, Bucket: string, Key: string, Body: string): Promise<Outcome> {
  return outcomeOf(access, async (s3) => {
    const IfMatch = createHash('md5').update(Body).digest('hex');
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, IfMatch }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  });
}

async function outcomeOf(access: string, work: (s3: S3Client) => Promise<void>): Promise<Outcome> {
  const credentials = { accessKeyId: access, secretAccessKey: access };
  const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1, credentials });
  try {
    await within('15 seconds', 'a call to S3', work(s3));
    return 'allowed';
  } catch (error) {
    const { httpStatusCode } = error instanceof S3ServiceException ? error.$metadata : {};
    if (httpStatusCode === 403 || httpStatusCode === 404) return 'refused';
    throw error;
  } finally {
    s3.destroy();
  }
}
