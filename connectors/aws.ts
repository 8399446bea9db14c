import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TeardownError, TimedOut, within } from '../diagnostics/index.ts';
import { type AnyClient, isAboutLoad, requireOwnAnswers } from './own-answers.ts';
import { connectorError } from './problems.ts';
import { shapeOf } from './shape.ts';

const limits = { connectionTimeout: 5_000, requestTimeout: 30_000 };

/**
 * Runs `work` with an RDS client and closes it. Region, credentials and endpoint are the vendor's own environment
 * variables. Throws TeardownError (exit `unreachable`) when RDS cannot be asked.
 */
export async function withRds<T>(work: (client: RDSClient) => Promise<T>): Promise<T> {
  return withClient('RDS', new RDSClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for ECS. */
export async function withEcs<T>(work: (client: ECSClient) => Promise<T>): Promise<T> {
  return withClient('ECS', new ECSClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for Application Auto Scaling. */
export async function withScaling<T>(work: (client: ApplicationAutoScalingClient) => Promise<T>): Promise<T> {
  const client = new ApplicationAutoScalingClient({ maxAttempts: 3, requestHandler: limits });
  return withClient('Application Auto Scaling', client, work);
}

/** As `withRds`, for API Gateway. */
export async function withGateway<T>(work: (client: APIGatewayClient) => Promise<T>): Promise<T> {
  const client = new APIGatewayClient({ maxAttempts: 3, requestHandler: limits });
  return withClient('API Gateway', client, work);
}

/** As `withRds`, for IAM. */
export async function withIam<T>(work: (client: IAMClient) => Promise<T>): Promise<T> {
  return withClient('IAM', new IAMClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for Lambda. */
export async function withLambda<T>(work: (client: LambdaClient) => Promise<T>): Promise<T> {
  return withClient('Lambda', new LambdaClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for EventBridge. */
export async function withEvents<T>(work: (client: EventBridgeClient) => Promise<T>): Promise<T> {
  return withClient('EventBridge', new EventBridgeClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for EventBridge Scheduler. */
export async function withScheduler<T>(work: (client: SchedulerClient) => Promise<T>): Promise<T> {
  return withClient(
    'EventBridge Scheduler',
    new SchedulerClient({ maxAttempts: 3, requestHandler: limits }),
    work,
  );
}

/** As `withRds`, for SQS. */
export async function withQueues<T>(work: (client: SQSClient) => Promise<T>): Promise<T> {
  return withClient('SQS', new SQSClient({ maxAttempts: 3, requestHandler: limits }), work);
}

/** As `withRds`, for Secrets Manager. */
export async function withSecrets<T>(work: (client: SecretsManagerClient) => Promise<T>): Promise<T> {
  return withClient(
    'Secrets Manager',
    new SecretsManagerClient({ maxAttempts: 3, requestHandler: limits }),
    work,
  );
}

/** As `withRds`, for S3. A simulator at AWS_ENDPOINT_URL has no host name per bucket. */
export async function withS3<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    maxAttempts: 3,
    requestHandler: limits,
    forcePathStyle: Boolean(endpoint),
  });
  return withClient('S3', client, work);
}

async function withClient<Client extends AnyClient, T>(
  service: string,
  client: Client,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  requireOwnAnswers(service, client);
  try {
    return await within('60 minutes', `working with AWS ${service}`, work(client));
  } catch (error) {
    throw explain(error, service);
  } finally {
    client.destroy();
  }
}

/** The error code of the service, such as `NoSuchBucket`; empty for what is not an answer of AWS. */
export function awsCode(error: unknown): string {
  const { name, httpStatus } = shapeOf(error);
  return httpStatus === undefined ? '' : name;
}

/** The answer of one call; undefined if AWS says by one of the codes `absent` that the thing is not there. */
export async function ifThere<T>(
  what: string,
  call: Promise<T>,
  ...absent: readonly string[]
): Promise<T | undefined> {
  try {
    return await within('60 seconds', what, call);
  } catch (error) {
    if (absent.includes(awsCode(error))) return undefined;
    throw error;
  }
}

const refusedCredentials = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

function explain(error: unknown, service: string): unknown {
  if (error instanceof TeardownError && !(error instanceof TimedOut)) return error;
  const { name, message } = shapeOf(error);
  if (name === 'CredentialsProviderError' || message === 'Region is missing') {
    return connectorError(
      'connector-credentials-missing',
      {
        detail: `AWS ${service} needs AWS_REGION and credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile)`,
        hint: 'export AWS_REGION=... AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... (or AWS_PROFILE=...)',
      },
      error,
    );
  }
  if (name === 'TimeoutError' || error instanceof TimedOut) {
    return connectorError(
      'connector-timed-out',
      {
        detail: `AWS ${service} did not answer within its limit`,
        hint: 'check the network and try again: teardown status',
      },
      error,
    );
  }
  return explainAnswer(error, service);
}

/** AWS signs with the time of this machine, and says so when that is wrong. */
const aboutTheClock = new Set(['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture']);
/** AWS says by a code of its own, often with status 400, that there are too many calls. */
const aboutTooMuch = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded/;

function explainAnswer(error: unknown, service: string): unknown {
  const code = awsCode(error);
  if (aboutTheClock.has(code)) {
    return connectorError(
      'connector-credentials-refused',
      { detail: `the clock of this machine is not AWS ${service}'s (${code})`, hint: 'timedatectl status' },
      error,
    );
  }
  if (refusedCredentials.has(code)) {
    return connectorError(
      'connector-credentials-refused',
      {
        detail: `AWS ${service} refused our credentials (${code})`,
        hint: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
      },
      error,
    );
  }
  if (/AccessDenied|UnauthorizedOperation/.test(code) || shapeOf(error).httpStatus === 403) {
    return connectorError(
      'connector-rights-missing',
      {
        detail: `AWS ${service} denied the runner this call`,
        hint: 'run as the runner, or give this identity the rights of the runner',
      },
      error,
    );
  }
  const { fromAws, code: network, httpStatus } = shapeOf(error);
  if (isAboutLoad(httpStatus) || aboutTooMuch.test(code)) {
    return connectorError(
      'connector-unreachable',
      {
        detail: `AWS ${service} answered ${code || httpStatus}`,
        hint: 'try again in a minute: teardown status',
      },
      error,
    );
  }
  if (code === '' && (fromAws || /^E[A-Z]+$/.test(network))) {
    return connectorError(
      'connector-unreachable',
      {
        detail: `no answer from AWS ${service}${network === '' ? '' : ` (${network})`}`,
        hint: 'check AWS_ENDPOINT_URL, AWS_REGION and the network',
      },
      error,
    );
  }
  if (code === '') return error;
  return connectorError(
    'connector-answer-unexpected',
    {
      detail: `AWS ${service} answered ${code}`,
      hint: 'look at the service in the AWS console, then: teardown status',
    },
    error,
  );
}
