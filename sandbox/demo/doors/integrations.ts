import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { IntegrationKeys } from '../../world/integrations.ts';
import { integrations, integrationsGone } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';
import { answered, callerOf, ruleStarts, scheduleStarts } from './aws.ts';

type IntegrationDoor = Door<IntegrationKeys>;

/** The exchange with the peers; what runner and break-glass must reach until it is removed; and the neighbour's. */
export const integrationDoors: readonly IntegrationDoor[] = [
  door('ERP', 'sends to its queue', [integrations], (keys) => send(keys, 'erp', keys.queue)),
  door('ERP', 'receives from its queue', [integrations], (keys) => receive(keys, 'erp', keys.queue)),
  door('ERP', 'reads its credential', [integrations], (keys) => readSecret(keys, 'erp', keys.erpSecret)),
  door('finance', 'sends to the queue of ERP', [integrations], (keys) => send(keys, 'finance', keys.queue)),
  door('finance', 'reads its credential', [integrations], (keys) =>
    readSecret(keys, 'finance', keys.financeSecret),
  ),
  {
    principal: 'event bus',
    attempt: 'sends invoices to finance',
    closedBy: [integrations],
    answer: 'read back',
    run: (keys) => ruleStarts(keys, keys.rule),
  },
  {
    principal: 'scheduler',
    attempt: 'starts the nightly exchange',
    closedBy: [integrations],
    answer: 'read back',
    run: (keys) => scheduleStarts(keys, keys.schedule),
  },
  ...(['runner', 'break-glass'] as const).flatMap((who) => [
    door(who, 'receives from the queue of ERP', [integrationsGone], (keys) =>
      receive(keys, exemptKey(keys, who), keys.queue),
    ),
    door(who, 'reads the credential of ERP', [integrationsGone], (keys) =>
      readSecret(keys, exemptKey(keys, who), keys.erpSecret),
    ),
  ]),
  door('neighbour', 'sends to its own queue', [], (keys) => send(keys, 'neighbour', keys.neighbourQueue)),
  door('neighbour', 'reads its own credential', [], (keys) =>
    readSecret(keys, 'neighbour', keys.neighbourSecret),
  ),
];

function exemptKey({ breakGlassAccess }: IntegrationKeys, who: 'runner' | 'break-glass'): string {
  return who === 'runner' ? 'teardown-runner' : breakGlassAccess;
}

function door(
  principal: string,
  attempt: string,
  closedBy: IntegrationDoor['closedBy'],
  run: IntegrationDoor['run'],
): IntegrationDoor {
  return { principal, attempt, closedBy, answer: 'enforced', run };
}

function send(keys: IntegrationKeys, who: string, QueueUrl: string): Promise<Outcome> {
  const client = new SQSClient(callerOf(keys, who));
  const command = new SendMessageCommand({ QueueUrl, MessageBody: '{}' });
  return answered(client, () => client.send(command).then(() => true));
}

/** It takes a message for a second only. */
function receive(keys: IntegrationKeys, who: string, QueueUrl: string): Promise<Outcome> {
  const client = new SQSClient(callerOf(keys, who));
  const command = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 });
  return answered(client, () => client.send(command).then(() => true));
}

function readSecret(keys: IntegrationKeys, who: string, SecretId: string): Promise<Outcome> {
  const client = new SecretsManagerClient(callerOf(keys, who));
  return answered(client, () => client.send(new GetSecretValueCommand({ SecretId })).then(() => true));
}
