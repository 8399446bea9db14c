import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import type { Json } from '../../diagnostics/index.ts';
import { enterSandbox } from '../../sandbox/index.ts';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { awsSettings, environmentOf } from '../../sandbox/slice/environment.ts';
import { type IntegrationKeys, integrations } from '../../sandbox/world/integrations.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

jest.setTimeout(60_000);

let keys: IntegrationKeys;
let queues: Driven;
let queuePolicies: Driven;
let secrets: Driven;
let secretPolicies: Driven;
let sqs: SQSClient;
let manager: SecretsManagerClient;
let count = 0;
beforeEach(async () => {
  const { env } = testSandbox();
  enterSandbox(testSandbox());
  const environment = environmentOf(env);
  const system = `ex-${process.pid}-${(count += 1)}`;
  keys = await integrations.build({ environment, system, underscored: '', accounts: 1 });
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  queues = driven(provider, 'aws:sqs/queue:Queue');
  queuePolicies = driven(provider, 'aws:sqs/queuePolicy:QueuePolicy');
  secrets = driven(provider, 'aws:secretsmanager/secret:Secret');
  secretPolicies = driven(provider, 'aws:secretsmanager/secretPolicy:SecretPolicy');
  sqs = new SQSClient(awsSettings(environment));
  manager = new SecretsManagerClient(awsSettings(environment));
});

const denying = (Action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: '*' }],
  });

const send = () => sqs.send(new SendMessageCommand({ QueueUrl: keys.queue, MessageBody: '{}' }));

describe('SQS Queue', () => {
  it('is imported by its URL without a difference, and leaves its policy alone', async () => {
    const state = await queues.import(keys.queue);
    expect(state.inputs).toMatchObject({ visibilityTimeoutSeconds: 45, messageRetentionSeconds: 1_209_600 });
    expect((await queues.diff(state.inputs, state)).changes).toEqual({});
    await queues.update({ ...state.inputs, delaySeconds: 1 }, state);
    const read = new GetQueueAttributesCommand({ QueueUrl: keys.queue, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(read);
    expect(Attributes).toMatchObject({ DelaySeconds: '1', VisibilityTimeout: '45' });
    expect(Attributes.Policy).toContain('user/erp');
  });

  it('loses what the program leaves out: the default is sent', async () => {
    const state = await queues.import(keys.queue);
    const { messageRetentionSeconds, ...rest } = state.inputs;
    expect(messageRetentionSeconds).toBe(1_209_600);
    const reset = await queues.update(rest, state);
    expect(reset.outputs).toMatchObject({ messageRetentionSeconds: 345_600 });
  });

  it('is deleted with what is in it; a second time and a second look find nothing', async () => {
    const state = await queues.import(keys.queue);
    await send();
    await queues.delete(state);
    await queues.delete(state);
    expect(await queues.refresh(state)).toBeUndefined();
  });
});

describe('SQS Queue Policy', () => {
  it('takes the place of the one that is there, is obeyed, and leaves none when it is deleted', async () => {
    const created = await queuePolicies.create({ queueUrl: keys.queue, policy: denying('sqs:SendMessage') });
    const name = keys.queue.split('/').at(-1) ?? '';
    expect(JSON.stringify(await observe({ kind: 'queue-policy', queue: name }))).not.toContain('user/erp');
    await expect(send()).rejects.toThrow('explicit deny');
    await queuePolicies.delete(created);
    await send();
    expect(await observe({ kind: 'queue-policy', queue: name })).toBeUndefined();
    expect(await queuePolicies.refresh(created)).toBeUndefined();
  });

  it('is compared by its meaning; without its queue a create fails and a delete has nothing to do', async () => {
    const state = await queuePolicies.import(keys.queue);
    const policy = JSON.parse(String(state.inputs.policy)) as { readonly Statement: Json };
    const listed = JSON.stringify({ ...policy, Statement: [policy.Statement].flat() });
    expect((await queuePolicies.diff({ ...state.inputs, policy: listed }, state)).changes).toEqual({});
    await queues.delete(await queues.import(keys.queue));
    await queuePolicies.delete(state);
    await expect(queuePolicies.create(state.inputs)).rejects.toThrow('does not exist');
  });
});

async function secretArn(name: string): Promise<string> {
  return (await manager.send(new DescribeSecretCommand({ SecretId: name }))).ARN ?? '';
}

describe('Secrets Manager Secret', () => {
  it('is imported by its ARN, never with its value; the recovery window is not in its state', async () => {
    const state = await secrets.import(await secretArn(keys.erpSecret));
    expect(state.inputs).toEqual(expect.objectContaining({ name: keys.erpSecret }));
    expect(JSON.stringify(state)).not.toContain('value of');
    expect(state.outputs.recoveryWindowInDays).toBeUndefined();
    expect((await secrets.diff(state.inputs, state)).changes).toEqual({ recoveryWindowInDays: 'add' });
  });

  it('straight after its import is deleted for ever', async () => {
    await secrets.delete(await secrets.import(await secretArn(keys.erpSecret)));
    await expect(secretArn(keys.erpSecret)).rejects.toThrow("can't find");
  });

  it('gets its window by an update without a call, is scheduled then, gone for us and not for AWS', async () => {
    const arn = await secretArn(keys.erpSecret);
    const state = await secrets.import(arn);
    const before = await manager.send(new DescribeSecretCommand({ SecretId: arn }));
    const updated = await secrets.update({ ...state.inputs, recoveryWindowInDays: 30 }, state);
    const after = await manager.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(after.LastChangedDate).toEqual(before.LastChangedDate);
    await secrets.delete(updated);
    expect(await secrets.refresh(updated)).toBeUndefined();
    expect(await observe({ kind: 'secret', name: keys.erpSecret })).toBeUndefined();
    expect((await manager.send(new DescribeSecretCommand({ SecretId: arn }))).DeletedDate).toBeDefined();
    const again = secrets.create({ name: keys.erpSecret });
    await expect(again).rejects.toThrow('already exists');
  });

  it('takes no window that AWS does not know', async () => {
    const strange = secrets.create({ name: 'x', recoveryWindowInDays: 3 });
    await expect(strange).rejects.toThrow('is neither 0 nor 7 to 30');
  });
});

describe('Secrets Manager Secret Policy', () => {
  it('takes the place of the one that is there, is obeyed, and leaves none when it is deleted', async () => {
    const arn = await secretArn(keys.financeSecret);
    const former = await secretPolicies.import(arn);
    expect((await secretPolicies.diff(former.inputs, former)).changes).toEqual({});
    const policy = denying('secretsmanager:GetSecretValue');
    const created = await secretPolicies.create({ secretArn: arn, policy });
    const seen = await observe({ kind: 'secret-policy', secret: keys.financeSecret });
    expect(JSON.stringify(seen)).not.toContain('user/finance');
    const read = () => manager.send(new GetSecretValueCommand({ SecretId: arn }));
    await expect(read()).rejects.toThrow('explicit deny');
    await secretPolicies.delete(created);
    expect((await read()).SecretString).toBe(`value of ${keys.financeSecret}`);
    expect(await secretPolicies.refresh(created)).toBeUndefined();
  });
});
