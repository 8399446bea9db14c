import {
  CreateDBInstanceCommand,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Json } from '../../diagnostics/index.ts';
import { awsSettings, type Environment, withClients } from './environment.ts';
import type { WorldNames } from './names.ts';

/** An object every sample bucket holds. */
export const sampleObject = 'contacts/1/letter.txt';
const objects = [sampleObject, 'contacts/2/offer.txt', 'contacts/3/photo.txt'];

export async function buildAws(environment: Environment, names: WorldNames, password: string): Promise<void> {
  await withBoth(environment, async ({ rds, s3 }) => {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: names.instance,
        DBName: names.database,
        Engine: 'postgres',
        EngineVersion: '15.8',
        DBInstanceClass: 'db.t3.small',
        AllocatedStorage: 20,
        MasterUsername: 'crm_master',
        MasterUserPassword: password,
        BackupRetentionPeriod: 7,
        DeletionProtection: true,
      }),
    );
    const Bucket = names.bucket;
    const LocationConstraint = environment.AWS_REGION as 'eu-central-1';
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    for (const Key of objects) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: `first text of ${Key}` }));
    }
    await s3.send(
      new PutObjectCommand({ Bucket, Key: sampleObject, Body: `second text of ${sampleObject}` }),
    );
  });
}

export interface AwsPicture {
  readonly instance: Json;
  /** Snapshots of the instance, sorted by name. */
  readonly snapshots: readonly Json[];
  /** Null once the bucket is gone. */
  readonly bucket: {
    readonly versioning: string;
    readonly policy: Json;
    readonly objects: readonly Json[];
  } | null;
}

export function readAws(environment: Environment, names: WorldNames): Promise<AwsPicture> {
  return withBoth(environment, async ({ rds, s3 }) => ({
    instance: await readInstance(rds, names.instance),
    snapshots: await readSnapshots(rds, names.instance),
    bucket: await readBucket(s3, names.bucket),
  }));
}

async function readInstance(rds: RDSClient, id: string): Promise<Json> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const [found] = DBInstances ?? [];
    // Moves on by itself: the clock of the point-in-time backups.
    return plain(found && { ...found, LatestRestorableTime: undefined });
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return null;
    throw error;
  }
}

async function readSnapshots(rds: RDSClient, instance: string): Promise<readonly Json[]> {
  const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
  return DBSnapshots.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === instance)
    .sort((left, right) => (left.DBSnapshotIdentifier ?? '').localeCompare(right.DBSnapshotIdentifier ?? ''))
    .map(plain);
}

async function readBucket(s3: S3Client, Bucket: string): Promise<AwsPicture['bucket']> {
  const exists = await presentOrNull(s3.send(new HeadBucketCommand({ Bucket })));
  if (exists === null) return null;
  const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  const policy = await presentOrNull(s3.send(new GetBucketPolicyCommand({ Bucket })));
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return {
    versioning: versioning.Status ?? 'none',
    policy: policy?.Policy === undefined ? null : (JSON.parse(policy.Policy) as Json),
    objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId, IsLatest }) =>
      plain({ Key, VersionId, IsLatest }),
    ),
  };
}

/** Null for a bucket or a policy that is not there. */
export async function presentOrNull<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    const absent = ['NotFound', 'NoSuchBucket', 'NoSuchBucketPolicy'];
    if (error instanceof Error && absent.includes(error.name)) return null;
    throw error;
  }
}

/** Dates as ISO text, undefined left out. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

function withBoth<Result>(
  environment: Environment,
  work: (clients: { readonly rds: RDSClient; readonly s3: S3Client }) => Promise<Result>,
): Promise<Result> {
  const settings = awsSettings(environment);
  const clients = { rds: new RDSClient(settings), s3: new S3Client({ ...settings, forcePathStyle: true }) };
  return withClients('the sample CRM at the AWS stand-in', clients, work);
}
