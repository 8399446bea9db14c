import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Json } from '../../diagnostics/index.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';
import { orNull, readRule, readSchedule } from './starters.ts';

/** What those hold who use the functions of the sample CRM and of its neighbour. */
export interface FunctionKeys {
  readonly endpoint: string;
  readonly region: string;
  /** Fed by `inbox`; a rule starts it too. */
  readonly importer: string;
  /** Started by a schedule. */
  readonly nightly: string;
  readonly rule: string;
  readonly schedule: string;
  readonly neighbour: string;
  /** URLs of queues. */
  readonly inbox: string;
  readonly neighbourInbox: string;
}

/**
 * The functions of the sample CRM's back end: one takes orders from a queue and is started by a rule too, one exports every night by a
 * schedule. A neighbour has a function with a queue of its own.
 */
export const functions: Part<FunctionKeys> = {
  build: ({ environment, system }) =>
    withFunctions(environment, async (clients) => {
      const role = await makeRole(clients, `${system}-functions`);
      const importer = await makeFunction(clients, `${system}-importer`, role);
      await clients.lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: importer.name, ReservedConcurrentExecutions: 5 }),
      );
      const nightly = await makeFunction(clients, `${system}-nightly`, role);
      const neighbour = await makeFunction(clients, `${system}-neighbour`, role);
      const starters = { rule: `${system}-corrections`, schedule: `${system}-nightly` };
      await makeRule(clients, starters.rule, importer.arn);
      await clients.scheduler.send(
        new CreateScheduleCommand({
          Name: starters.schedule,
          ScheduleExpression: 'cron(30 2 * * ? *)',
          ScheduleExpressionTimezone: 'Asia/Shanghai',
          FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
          Target: { Arn: nightly.arn, RoleArn: role, Input: '{"export":"daily"}' },
        }),
      );
      return {
        endpoint: environment.AWS_ENDPOINT_URL,
        region: environment.AWS_REGION,
        importer: importer.name,
        nightly: nightly.name,
        neighbour: neighbour.name,
        ...starters,
        inbox: await makeInbox(clients, `${system}-inbox`, importer.name),
        neighbourInbox: await makeInbox(clients, `${system}-neighbour-inbox`, neighbour.name),
      };
    }),
  read: ({ environment, system }) =>
    withFunctions(environment, async (clients) => {
      const names = ['importer', 'nightly', 'neighbour'].map((each) => `${system}-${each}`);
      return {
        functions: await Promise.all(names.map((name) => readFunction(clients, name))),
        rule: await readRule(clients.events, `${system}-corrections`),
        schedule: await readSchedule(clients.scheduler, `${system}-nightly`),
      };
    }),
};

interface Clients {
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  readonly sqs: SQSClient;
}

async function makeRole({ iam }: Clients, RoleName: string): Promise<string> {
  const assumed = {
    Version: '2012-10-17',
    Statement: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'].map((Service) => {
      return { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
    }),
  };
  const AssumeRolePolicyDocument = JSON.stringify(assumed);
  const made = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return made.Role?.Arn ?? '';
}

/** The simulator runs no code, so an archive without a file will do. */
const emptyZip = Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64');

async function makeFunction(
  { lambda }: Clients,
  name: string,
  Role: string,
): Promise<{ readonly name: string; readonly arn: string }> {
  const settings = { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 60, MemorySize: 256 } as const;
  const create = new CreateFunctionCommand({
    FunctionName: name,
    Role,
    Code: { ZipFile: emptyZip },
    ...settings,
  });
  const made = await lambda.send(create);
  return { name, arn: made.FunctionArn ?? '' };
}

async function makeRule({ events }: Clients, Name: string, Arn: string): Promise<void> {
  const EventPattern = JSON.stringify({ source: ['crm'], 'detail-type': ['order corrected'] });
  await events.send(new PutRuleCommand({ Name, EventPattern, Description: 'Corrections of orders' }));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'importer', Arn }] }));
}

async function makeInbox({ lambda, sqs }: Clients, QueueName: string, FunctionName: string): Promise<string> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { FunctionArn = '' } =
    (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration ?? {};
  const EventSourceArn = `${FunctionArn.split(':').slice(0, 5).join(':').replace(':lambda:', ':sqs:')}:${QueueName}`;
  await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName, BatchSize: 10 }));
  return url;
}

async function readFunction({ lambda }: Clients, FunctionName: string): Promise<Json> {
  const live = await orNull(lambda.send(new GetFunctionCommand({ FunctionName })));
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  const mappings = EventSourceMappings.map(
    ({ UUID = '', State = '', BatchSize = 0, EventSourceArn = '' }) => {
      return { UUID, State, BatchSize, EventSourceArn };
    },
  );
  if (live === null) return mappings.length === 0 ? null : { mappings };
  const concurrency = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  const { Role = '', Handler = '', Timeout = 0, MemorySize = 0, CodeSha256 = '' } = live.Configuration ?? {};
  const settings = { FunctionName, Role, Handler, Timeout, MemorySize, CodeSha256 };
  return { ...settings, reserved: concurrency.ReservedConcurrentExecutions ?? null, mappings };
}

function withFunctions<Result>(
  environment: Environment,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const settings = awsSettings(environment);
  const clients = {
    events: new EventBridgeClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    scheduler: new SchedulerClient(settings),
    sqs: new SQSClient(settings),
  };
  return withClients('the functions of the sample CRM', clients, work);
}
