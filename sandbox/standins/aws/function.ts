import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import { type Arguments, differenceOf, handlerReadBack } from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument, tagsArgument } from './tags.ts';

const absent = 'ResourceNotFoundException';

/**
 * Imported by its name. Code is none of its arguments: an import has none in state and leaves it alone, and without it none is created.
 * A concurrency that the program leaves out is -1, no reservation.
 */
export function functionHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    role: { kind: 'string', required: true },
    runtime: { kind: 'string' },
    handler: { kind: 'string' },
    description: { kind: 'string' },
    timeout: { kind: 'number', default: 3 },
    memorySize: { kind: 'number', default: 128 },
    layers: { kind: 'list' },
    reservedConcurrentExecutions: { kind: 'number', default: -1 },
    tags: tagsArgument,
    region: regionArgument(() => clients().region),
  };
  return handlerReadBack({
    table,
    create: ({ name }) => {
      throw refused(`creating Lambda Function (${String(name)})`, 'a function without code is not created');
    },
    read: async (name) => {
      const outputs = await functionOf(clients(), name);
      return outputs && { id: name, outputs };
    },
    update: async (news, old) => {
      const changed = Object.keys(differenceOf(table, news, old).changes);
      const other = changed.filter((name) => name !== 'reservedConcurrentExecutions');
      if (other.length > 0) throw refused('function', `the stand-in does not change ${other.join(', ')}`);
      await reserve(clients(), old.id, Number(news.reservedConcurrentExecutions));
    },
    /** What feeds it stays. */
    delete: async ({ id }) => {
      const gone = clients().lambda.send(new DeleteFunctionCommand({ FunctionName: id }));
      await found(`deleting Lambda Function (${id})`, gone, absent);
    },
  });
}

async function reserve({ lambda }: Clients, FunctionName: string, reserved: number): Promise<void> {
  const what = `setting the concurrency of Lambda Function (${FunctionName})`;
  if (reserved < 0) {
    await called(what, lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName })));
    return;
  }
  const put = new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved });
  await called(what, lambda.send(put));
}

async function functionOf(
  { lambda, region }: Clients,
  FunctionName: string,
): Promise<Properties | undefined> {
  const what = `reading Lambda Function (${FunctionName})`;
  const live = await found(what, lambda.send(new GetFunctionCommand({ FunctionName })), absent);
  if (live === undefined) return undefined;
  const { Configuration: settings = {}, Tags: tags = {} } = live;
  const concurrency = await called(what, lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })));
  return {
    name: settings.FunctionName,
    arn: settings.FunctionArn,
    role: settings.Role,
    runtime: settings.Runtime,
    handler: settings.Handler,
    description: settings.Description ?? '',
    timeout: settings.Timeout,
    memorySize: settings.MemorySize,
    layers: (settings.Layers ?? []).map(({ Arn }) => Arn),
    sourceCodeHash: settings.CodeSha256,
    reservedConcurrentExecutions: concurrency.ReservedConcurrentExecutions ?? -1,
    tags,
    region,
  };
}

/** Imported by its UUID; the function is kept as ARN. Left out, `enabled` is true. */
export function eventSourceMappingHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    functionName: { kind: 'string', required: true },
    eventSourceArn: { kind: 'string', required: true, replaces: true },
    enabled: { kind: 'boolean', default: true },
    batchSize: { kind: 'number', computed: true },
    maximumBatchingWindowInSeconds: { kind: 'number' },
    functionResponseTypes: { kind: 'set' },
    region: regionArgument(() => clients().region),
  };
  const settings = (news: Properties) => ({
    FunctionName: String(news.functionName),
    Enabled: Boolean(news.enabled),
    ...(news.batchSize === undefined ? {} : { BatchSize: Number(news.batchSize) }),
  });
  return handlerReadBack({
    table,
    create: async (inputs) => {
      const EventSourceArn = String(inputs.eventSourceArn);
      const create = new CreateEventSourceMappingCommand({ ...settings(inputs), EventSourceArn });
      const made = await called('creating Lambda Event Source Mapping', clients().lambda.send(create));
      return made.UUID ?? '';
    },
    read: async (id) => {
      const call = clients().lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
      const live = await found(`reading Lambda Event Source Mapping (${id})`, call, absent);
      if (live === undefined) return undefined;
      const outputs = {
        functionName: live.FunctionArn,
        eventSourceArn: live.EventSourceArn,
        enabled: live.State === 'Enabled' || live.State === 'Enabling',
        batchSize: live.BatchSize,
        maximumBatchingWindowInSeconds: live.MaximumBatchingWindowInSeconds ?? 0,
        functionResponseTypes: live.FunctionResponseTypes ?? [],
        region: clients().region,
      };
      return { id, outputs };
    },
    update: async (news, old) => {
      const changed = Object.keys(differenceOf(table, news, old).changes);
      const other = changed.filter((name) => name !== 'enabled' && name !== 'batchSize');
      if (other.length > 0) throw refused('mapping', `the stand-in does not change ${other.join(', ')}`);
      const update = new UpdateEventSourceMappingCommand({ UUID: old.id, ...settings(news) });
      await called(`updating Lambda Event Source Mapping (${old.id})`, clients().lambda.send(update));
    },
    delete: async ({ id }) => {
      const gone = clients().lambda.send(new DeleteEventSourceMappingCommand({ UUID: id }));
      await found(`deleting Lambda Event Source Mapping (${id})`, gone, absent);
    },
  });
}
