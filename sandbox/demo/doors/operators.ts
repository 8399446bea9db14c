import { ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { within } from '../../../diagnostics/index.ts';
import type { OperatorKeys } from '../../world/operators.ts';
import { type AwsKeys, openSession } from '../../world/sessions.ts';
import { admins } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

type Closures = Door<OperatorKeys>['closedBy'];

/** The doors of those who act in AWS. Each lists the bucket; IAM itself judges, at the simulator as at AWS. */
export const operatorDoors: readonly Door<OperatorKeys>[] = [
  listing('administrator', 'lists the bucket with a key', [admins], ({ anna }) => anna),
  listing('second administrator', 'lists the bucket with a key', [admins], ({ ben }) => ben),
  listing('administrator', 'lists the bucket in a session of before', [admins], ({ session }) => session),
  listing('support', 'lists the bucket in a session of before', [admins], (keys) => keys.supportSession),
  {
    principal: 'administrator',
    attempt: 'opens a session with a key and lists the bucket',
    closedBy: [admins],
    answer: 'enforced',
    run: async (keys) => {
      const session = await openSession(keys.place, keys.anna, keys.role);
      return session ? list(keys, session) : 'refused';
    },
  },
  {
    // Whoever signs on from outside of IAM gets a session of the role, whatever became of the users.
    principal: 'administrator',
    attempt: 'signs on to the role anew and lists the bucket',
    closedBy: [admins],
    answer: 'enforced',
    run: async (keys) => {
      const own = { accessKeyId: 'single-sign-on', secretAccessKey: '' };
      const session = await openSession(keys.place, own, keys.role);
      return session ? list(keys, session) : 'refused';
    },
  },
  listing('break-glass', 'lists the bucket in a session', [], ({ breakGlass }) => breakGlass),
  listing('runner', 'lists the bucket with its key', [], ({ runner }) => runner),
  listing('neighbour', 'lists the bucket in a session', [], ({ neighbour }) => neighbour),
];

function listing(
  principal: string,
  attempt: string,
  closedBy: Closures,
  keysOf: (keys: OperatorKeys) => AwsKeys,
): Door<OperatorKeys> {
  return { principal, attempt, closedBy, answer: 'enforced', run: (keys) => list(keys, keysOf(keys)) };
}

/** May these keys list the bucket? Anything but a clear yes or no throws. */
export async function list({ place, bucket }: OperatorKeys, credentials: AwsKeys): Promise<Outcome> {
  const client = new S3Client({ ...place, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    await within('15 seconds', 'listing a bucket', client.send(new ListObjectsV2Command({ Bucket: bucket })));
    return 'allowed';
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return 'refused';
    throw error;
  } finally {
    client.destroy();
  }
}
