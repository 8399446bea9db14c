import { GetEventSourceMappingCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type MessageSystemAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { awsSettings, environmentOf } from '../../sandbox/slice/environment.ts';
import { type FunctionKeys, functions } from '../../sandbox/world/functions.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

jest.setTimeout(60_000);

let keys: FunctionKeys;
let lambdas: Driven;
let mappings: Driven;
let rules: Driven;
let targets: Driven;
let schedules: Driven;
let lambda: LambdaClient;
let sqs: SQSClient;
let count = 0;
beforeEach(async () => {
  const { env } = testSandbox();
  const environment = environmentOf(env);
  const system = `fn-${process.pid}-${(count += 1)}`;
  keys = await functions.build({ environment, system, underscored: '', accounts: 1 });
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  lambdas = driven(provider, 'aws:lambda/function:Function');
  mappings = driven(provider, 'aws:lambda/eventSourceMapping:EventSourceMapping');
  rules = driven(provider, 'aws:cloudwatch/eventRule:EventRule');
  targets = driven(provider, 'aws:cloudwatch/eventTarget:EventTarget');
  schedules = driven(provider, 'aws:scheduler/schedule:Schedule');
  lambda = new LambdaClient(awsSettings(environment));
  sqs = new SQSClient(awsSettings(environment));
});

const call = (FunctionName: string) => lambda.send(new InvokeCommand({ FunctionName }));

/** How often the one message of the inbox was handed out, this time included. */
async function timesReceived(): Promise<number> {
  const names: MessageSystemAttributeName[] = ['ApproximateReceiveCount'];
  const QueueUrl = keys.inbox;
  const receive = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: names });
  return Number((await sqs.send(receive)).Messages?.[0]?.Attributes?.ApproximateReceiveCount);
}

const send = () => sqs.send(new SendMessageCommand({ QueueUrl: keys.inbox, MessageBody: '{}' }));

describe('Lambda Function', () => {
  it('is imported by its name without a difference, and without its code', async () => {
    const state = await lambdas.import(keys.importer);
    expect(state.inputs).toMatchObject({ name: keys.importer, reservedConcurrentExecutions: 5 });
    expect(Object.keys(state.outputs)).not.toContain('code');
    expect((await lambdas.diff(state.inputs, state)).changes).toEqual({});
  });

  it('is not created: without code there is nothing to create', async () => {
    const program = { name: 'another', role: 'arn:aws:iam::123456789012:role/x' };
    await expect(lambdas.create(program)).rejects.toThrow('a function without code is not created');
  });

  it('with no concurrency takes no call; left out of the program, it means no reservation and opens it again', async () => {
    const state = await lambdas.import(keys.importer);
    const stopped = await lambdas.update({ ...state.inputs, reservedConcurrentExecutions: 0 }, state);
    await expect(call(keys.importer)).rejects.toThrow(/Rate Exceeded/);
    const { reservedConcurrentExecutions, ...rest } = stopped.inputs;
    expect(reservedConcurrentExecutions).toBe(0);
    const unset = await lambdas.update(rest, stopped);
    expect(unset.outputs).toMatchObject({ reservedConcurrentExecutions: -1 });
    expect((await call(keys.importer)).StatusCode).toBe(200);
  });

  it('is deleted without what feeds it; a second time and a second look find nothing', async () => {
    const state = await lambdas.import(keys.importer);
    const UUID = (await mappingOf()).id;
    await lambdas.delete(state);
    await lambdas.delete(state);
    expect(await lambdas.refresh(state)).toBeUndefined();
    expect((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).UUID).toBe(UUID);
  });

  it('knows no other argument and changes nothing but its concurrency', async () => {
    const state = await lambdas.import(keys.importer);
    const strange = lambdas.diff({ ...state.inputs, environment: { variables: {} } }, state);
    await expect(strange).rejects.toThrow('environment: unknown property');
    const slower = lambdas.update({ ...state.inputs, timeout: 1 }, state);
    await expect(slower).rejects.toThrow('does not change timeout');
  });
});

async function mappingOf() {
  const picture = await functions.read({
    environment: environmentOf(testSandbox().env),
    system: keys.importer.replace(/-importer$/, ''),
    underscored: '',
    accounts: 1,
  });
  const read = picture as unknown as {
    readonly functions: readonly { readonly mappings: readonly { readonly UUID: string }[] }[];
  };
  return mappings.import(read.functions[0]?.mappings[0]?.UUID ?? '');
}

describe('Event Source Mapping', () => {
  it('is imported by its id without a difference; left out of the program, it is on', async () => {
    const state = await mappingOf();
    expect((await mappings.diff(state.inputs, state)).changes).toEqual({});
    const off = await mappings.update({ ...state.inputs, enabled: false }, state);
    const { enabled, ...rest } = off.inputs;
    expect(enabled).toBe(false);
    expect((await mappings.diff(rest, off)).changes).toEqual({ enabled: 'update' });
  });

  it('off, it leaves the messages; on, before a function that takes nothing, it uses their attempts up', async () => {
    const state = await mappingOf();
    const off = await mappings.update({ ...state.inputs, enabled: false }, state);
    await send();
    expect(await timesReceived()).toBe(1);
    await mappings.update(state.inputs, off);
    const running = await lambdas.import(keys.importer);
    await lambdas.update({ ...running.inputs, reservedConcurrentExecutions: 0 }, running);
    await send();
    expect(await timesReceived()).toBeGreaterThan(1);
  });

  it('is made anew for another source, feeds nothing once it is deleted, and is gone then', async () => {
    const state = await mappingOf();
    const moved = await mappings.diff({ ...state.inputs, eventSourceArn: 'arn:another' }, state);
    expect(moved.replaces).toEqual(['eventSourceArn']);
    await mappings.delete(state);
    await mappings.delete(state);
    expect(await mappings.refresh(state)).toBeUndefined();
    await send();
    expect(await timesReceived()).toBe(1);
  });
});

describe('Event Rule', () => {
  it('is imported by bus and name without a difference', async () => {
    const state = await rules.import(`default/${keys.rule}`);
    expect(state).toMatchObject({ id: keys.rule, inputs: { name: keys.rule, state: 'ENABLED' } });
    expect((await rules.diff(state.inputs, state)).changes).toEqual({});
  });

  it('without a state in the program shows no difference, and is switched on by the next change', async () => {
    const state = await rules.import(`default/${keys.rule}`);
    const off = await rules.update({ ...state.inputs, state: 'DISABLED' }, state);
    const { state: left, ...rest } = off.inputs;
    expect(left).toBe('DISABLED');
    expect((await rules.diff(rest, off)).changes).toEqual({});
    const changed = await rules.update({ ...rest, description: 'another' }, off);
    expect(changed.outputs).toMatchObject({ state: 'ENABLED', description: 'another' });
  });

  it('is not deleted while it has targets', async () => {
    const state = await rules.import(`default/${keys.rule}`);
    await expect(rules.delete(state)).rejects.toThrow('has targets');
    await targets.delete(await targets.import(`${keys.rule}/importer`));
    await rules.delete(state);
    await rules.delete(state);
    expect(await rules.refresh(state)).toBeUndefined();
  });

  it('takes no state that EventBridge does not know', async () => {
    const strange = rules.create({ name: 'x', scheduleExpression: 'rate(1 day)', state: 'OFF' });
    await expect(strange).rejects.toThrow('is none of ENABLED');
  });
});

describe('Event Target', () => {
  it('is imported by rule and id; a create takes the place of the target of that id', async () => {
    const state = await targets.import(`${keys.rule}/importer`);
    expect((await targets.diff(state.inputs, state)).changes).toEqual({});
    const arn = `${String(state.inputs.arn)}-other`;
    await targets.create({ rule: keys.rule, targetId: 'importer', arn });
    expect((await targets.refresh(state))?.outputs).toMatchObject({ arn });
    await targets.delete(state);
    expect(await targets.refresh(state)).toBeUndefined();
  });
});

describe('Schedule', () => {
  it('is imported by group and name without a difference, with its nested settings', async () => {
    const state = await schedules.import(`default/${keys.schedule}`);
    expect(state.inputs).toMatchObject({
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: { input: '{"export":"daily"}', retryPolicy: { maximumRetryAttempts: 185 } },
    });
    expect((await schedules.diff(state.inputs, state)).changes).toEqual({});
  });

  it('is sent whole: what the program leaves out is the default, and a state left out switches it on', async () => {
    const state = await schedules.import(`default/${keys.schedule}`);
    const off = await schedules.update({ ...state.inputs, state: 'DISABLED' }, state);
    expect(off.outputs).toMatchObject({ state: 'DISABLED', scheduleExpressionTimezone: 'Asia/Shanghai' });
    const { state: left, scheduleExpressionTimezone, ...rest } = off.inputs;
    expect([left, scheduleExpressionTimezone]).toEqual(['DISABLED', 'Asia/Shanghai']);
    const reset = await schedules.update(rest, off);
    expect(reset.outputs).toMatchObject({ state: 'ENABLED', scheduleExpressionTimezone: 'UTC' });
  });

  it('knows no other nested setting', async () => {
    const state = await schedules.import(`default/${keys.schedule}`);
    const target = { ...(state.inputs.target as object), ecsParameters: {} };
    const strange = schedules.diff({ ...state.inputs, target }, state);
    await expect(strange).rejects.toThrow('target: unknown settings: ecsParameters');
  });

  it('is deleted; a second time and a second look find nothing', async () => {
    const state = await schedules.import(`default/${keys.schedule}`);
    await schedules.delete(state);
    await schedules.delete(state);
    expect(await schedules.refresh(state)).toBeUndefined();
  });
});
