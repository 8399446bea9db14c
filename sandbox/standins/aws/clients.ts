import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TeardownError, within } from '../../../diagnostics/index.ts';
import { type Properties, unknown } from '../../../provider/protocol.ts';
import { problems } from '../problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Clients {
  readonly region: string;
  readonly ecs: ECSClient;
  readonly events: EventBridgeClient;
  readonly gateway: APIGatewayClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly rds: RDSClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
}

/** What the SDK's provider resource sends by itself is accepted; the rest would change whom we talk to. */
const known = [
  'region',
  's3UsePathStyle',
  'skipCredentialsValidation',
  'skipMetadataApiCheck',
  'skipRegionValidation',
  'skipRequestingAccountId',
  'version',
];

/** Without AWS_ENDPOINT_URL and keys in the environment there is no client: a stand-in never meets the real AWS. */
export function clientsFor(config: Properties, environment: Environment): Clients {
  const strange = Object.keys(config).filter((name) => !known.includes(name));
  if (strange.length > 0) throw wrong(`unknown provider configuration: ${strange.join(', ')}`);
  if (Object.values(config).includes(unknown)) throw wrong('provider configuration is not known yet');
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  const region = typeof config.region === 'string' ? config.region : environment.AWS_REGION;
  if (!AWS_ENDPOINT_URL) throw wrong('AWS_ENDPOINT_URL is not set');
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw wrong('the AWS access key is not set');
  if (!region) throw wrong('no region: neither configured nor in AWS_REGION');
  const shared = {
    endpoint: AWS_ENDPOINT_URL,
    region,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
  };
  return {
    region,
    gateway: new APIGatewayClient(shared),
    ecs: new ECSClient(shared),
    iam: new IAMClient(shared),
    events: new EventBridgeClient(shared),
    lambda: new LambdaClient(shared),
    rds: new RDSClient(shared),
    s3: new S3Client({ ...shared, forcePathStyle: true }),
    scheduler: new SchedulerClient(shared),
    secrets: new SecretsManagerClient(shared),
    sqs: new SQSClient(shared),
    scaling: new ApplicationAutoScalingClient(shared),
  };
}

function wrong(detail: string): TeardownError {
  const hint = 'take the environment of the sandbox: npm run sandbox -- status';
  return new TeardownError(problems('standin-configuration', { detail, hint }));
}

/** One call: its error names what was tried and the code AWS gave. */
export async function called<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await within('30 seconds', what, call);
  } catch (cause) {
    if (cause instanceof TeardownError || !(cause instanceof Error)) throw cause;
    const hint = 'change what the message names and run the update again, or npm run sandbox -- status';
    const detail = `${what}: ${cause.name}: ${cause.message}`;
    throw new TeardownError(problems('standin-call-failed', { detail, hint }), { cause });
  }
}

/** The same, but an answer with one of the error codes `missing` is undefined. */
export async function found<T>(
  what: string,
  call: Promise<T>,
  ...missing: readonly string[]
): Promise<T | undefined> {
  return called(
    what,
    call.catch((error: unknown) => {
      if (error instanceof Error && missing.includes(error.name)) return undefined;
      throw error;
    }),
  );
}
