import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Json } from '../../diagnostics/index.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';
import { orNull, readRule, readSchedule } from './starters.ts';

/** What the peers hold, and the neighbour. */
export interface IntegrationKeys {
  readonly endpoint: string;
  readonly region: string;
  /** URLs of queues. */
  readonly queue: string;
  readonly neighbourQueue: string;
  /** Names. */
  readonly rule: string;
  readonly schedule: string;
  readonly erpSecret: string;
  readonly financeSecret: string;
  readonly neighbourSecret: string;
  /** Access key of break-glass, named like its IAM user. */
  readonly breakGlassAccess: string;
}

const account = '123456789012';

/**
 * The exchange with ERP (a queue with a policy of its own, a nightly schedule, a secret) and with finance (a rule that sends invoices
 * to the queue, a secret with a policy); a neighbour's queue and secret beside them.
 */
export const integrations: Part<IntegrationKeys> = {
  build: ({ environment, system }) =>
    withPeers(environment, async (clients) => {
      const { events, scheduler, secrets, sqs } = clients;
      const name = namesOf(system);
      const urls: string[] = [];
      for (const QueueName of [name.queue, name.neighbourQueue]) {
        const Attributes = { VisibilityTimeout: '45', MessageRetentionPeriod: '1209600' };
        urls.push((await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '');
      }
      const [queue = '', neighbourQueue = ''] = urls;
      const arn = await arnOf(clients, queue);
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Id: 'erp',
        Statement: { ...allow('Erp', 'erp', ['sqs:SendMessage', 'sqs:ReceiveMessage']), Resource: arn },
      });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { Policy } }));
      const EventPattern = JSON.stringify({ source: ['crm'], 'detail-type': ['invoice issued'] });
      await events.send(new PutRuleCommand({ Name: name.rule, EventPattern }));
      await events.send(new PutTargetsCommand({ Rule: name.rule, Targets: [{ Id: 'queue', Arn: arn }] }));
      await scheduler.send(
        new CreateScheduleCommand({
          Name: name.schedule,
          ScheduleExpression: 'rate(1 day)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: arn, RoleArn: `arn:aws:iam::${account}:role/scheduler` },
        }),
      );
      for (const Name of [name.erpSecret, name.financeSecret, name.neighbourSecret]) {
        await secrets.send(new CreateSecretCommand({ Name, SecretString: `value of ${Name}` }));
      }
      const ResourcePolicy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...allow('Finance', 'finance', 'secretsmanager:GetSecretValue'), Resource: '*' }],
      });
      await secrets.send(new PutResourcePolicyCommand({ SecretId: name.financeSecret, ResourcePolicy }));
      const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = environment;
      const breakGlassAccess = `${system}-break-glass`;
      return { ...name, endpoint, region, queue, neighbourQueue, breakGlassAccess };
    }),
  read: ({ environment, system }) =>
    withPeers(environment, async (clients) => {
      const name = namesOf(system);
      return {
        queue: await readQueue(clients, name.queue),
        neighbourQueue: await readQueue(clients, name.neighbourQueue),
        rule: await readRule(clients.events, name.rule),
        schedule: await readSchedule(clients.scheduler, name.schedule),
        erpSecret: await readSecret(clients, name.erpSecret),
        financeSecret: await readSecret(clients, name.financeSecret),
        neighbourSecret: await readSecret(clients, name.neighbourSecret),
      };
    }),
};

function namesOf(system: string) {
  return {
    queue: `${system}-erp-orders`,
    neighbourQueue: `${system}-neighbour`,
    rule: `${system}-invoices`,
    schedule: `${system}-erp-nightly`,
    erpSecret: `${system}/erp`,
    financeSecret: `${system}/finance`,
    neighbourSecret: `${system}/neighbour`,
  };
}

function allow(Sid: string, user: string, Action: string | readonly string[]) {
  return { Sid, Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:user/${user}` }, Action };
}

interface Clients {
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
}

async function arnOf({ sqs }: Clients, QueueUrl: string): Promise<string> {
  const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(read)).Attributes?.QueueArn ?? '';
}

/** Without the number of its messages: callers send while they are watched. */
async function readQueue({ sqs }: Clients, QueueName: string): Promise<Json> {
  const found = await orNull(sqs.send(new GetQueueUrlCommand({ QueueName })));
  if (found === null) return null;
  const read = new GetQueueAttributesCommand({ QueueUrl: found.QueueUrl, AttributeNames: ['All'] });
  const { Attributes = {} } = await sqs.send(read);
  const settings = Object.entries(Attributes).filter(([name]) => !/Number|Timestamp|Policy/.test(name));
  return { ...Object.fromEntries(settings), policy: parsed(Attributes.Policy) };
}

/** Never with its value. */
async function readSecret({ secrets }: Clients, SecretId: string): Promise<Json> {
  const live = await orNull(secrets.send(new DescribeSecretCommand({ SecretId })));
  if (live === null || live.DeletedDate !== undefined) return null;
  const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId }));
  return { arn: live.ARN ?? '', description: live.Description ?? '', policy: parsed(ResourcePolicy) };
}

function parsed(text: string | undefined): Json {
  return text === undefined ? null : (JSON.parse(text) as Json);
}

function withPeers<Result>(
  environment: Environment,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const settings = awsSettings(environment);
  const clients = {
    events: new EventBridgeClient(settings),
    scheduler: new SchedulerClient(settings),
    secrets: new SecretsManagerClient(settings),
    sqs: new SQSClient(settings),
  };
  return withClients('the integrations of the sample CRM', clients, work);
}
