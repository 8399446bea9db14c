import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { jest } from '@jest/globals';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

/** The stand-in's types beside clients to build and to look from outside. */
export interface Cloud {
  readonly instances: Driven;
  readonly snapshots: Driven;
  readonly buckets: Driven;
  readonly policies: Driven;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  readonly region: string;
}

export async function cloud(): Promise<Cloud> {
  const { env } = testSandbox();
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  const shared = {
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  return {
    instances: driven(provider, 'aws:rds/instance:Instance'),
    snapshots: driven(provider, 'aws:rds/snapshot:Snapshot'),
    buckets: driven(provider, 'aws:s3/bucket:Bucket'),
    policies: driven(provider, 'aws:s3/bucketPolicy:BucketPolicy'),
    rds: new RDSClient(shared),
    s3: new S3Client({ ...shared, forcePathStyle: true }),
    region: env.AWS_REGION ?? '',
  };
}
