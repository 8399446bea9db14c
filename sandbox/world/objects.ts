import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Json } from '../../diagnostics/index.ts';
import { presentOrNull } from '../slice/aws.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';

/** The bucket that the CRM and the web shop share, and one object of each with its text. */
export interface ObjectKeys {
  readonly bucket: string;
  readonly crmObject: string;
  readonly crmText: string;
  readonly shopObject: string;
  readonly shopText: string;
  /** Access keys, named like their IAM users. */
  readonly crmAccess: string;
  readonly shopAccess: string;
  readonly breakGlassAccess: string;
}

const crmObjects = ['crm/contacts/1/letter.txt', 'crm/contacts/2/offer.txt', 'crm/contacts/3/photo.txt'];
const shopObjects = ['shop/items/1/picture.txt', 'shop/items/2/picture.txt'];
const crmObject = 'crm/contacts/1/letter.txt';
const shopObject = 'shop/items/1/picture.txt';

/** One versioned bucket for two products, each under its prefix, with a statement in its policy that is neither's. */
export const objects: Part<ObjectKeys> = {
  async build({ environment, system }) {
    const bucket = bucketOf(system);
    await withS3(environment, (s3) => buildBucket(s3, bucket, environment));
    return {
      bucket,
      crmObject,
      crmText: `second text of ${crmObject}`,
      shopObject,
      shopText: `first text of ${shopObject}`,
      crmAccess: `${system}-application`,
      shopAccess: `${system}-shop`,
      breakGlassAccess: `${system}-break-glass`,
    };
  },
  read: ({ environment, system }) => withS3(environment, (s3) => readBucket(s3, bucketOf(system))),
};

function bucketOf(system: string): string {
  return `${system}-shared-files`;
}

async function buildBucket(s3: S3Client, Bucket: string, environment: Environment): Promise<void> {
  const LocationConstraint = environment.AWS_REGION as 'eu-central-1';
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  for (const Key of [...crmObjects, ...shopObjects])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `first text of ${Key}` }));
  const second = { Bucket, Key: crmObject, Body: `second text of ${crmObject}` };
  await s3.send(new PutObjectCommand(second));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Id: 'platform-team',
    Statement: [
      {
        Sid: 'NobodyDeletesTheBucket',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:DeleteBucket',
        Resource: `arn:aws:s3:::${Bucket}`,
      },
    ],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

async function readBucket(s3: S3Client, Bucket: string): Promise<Json> {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  const policy = await presentOrNull(s3.send(new GetBucketPolicyCommand({ Bucket })));
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const found = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId = '' }) => ({ Key, VersionId }));
  return {
    versioning: Status ?? 'none',
    policy: JSON.parse(policy?.Policy ?? 'null') as Json,
    crm: found.filter(({ Key }) => Key.startsWith('crm/')),
    shop: found.filter(({ Key }) => Key.startsWith('shop/')),
  };
}

function withS3<Result>(environment: Environment, work: (s3: S3Client) => Promise<Result>): Promise<Result> {
  const clients = { s3: new S3Client({ ...awsSettings(environment), forcePathStyle: true }) };
  return withClients('the bucket of the sample CRM', clients, ({ s3 }) => work(s3));
}
