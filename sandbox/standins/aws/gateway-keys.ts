import {
  type ApiKey,
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import type { Json } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument, tagsArgument, without } from './tags.ts';

const absent = 'NotFoundException';

/** An API key. Its value is AWS's choice unless given, so a key made again is another one. */
export function apiKeyHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true },
    description: { kind: 'string' },
    enabled: { kind: 'boolean', default: true },
    value: { kind: 'string', computed: true, replaces: true, secret: true },
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  const keyOf = async (apiKey: string): Promise<Properties | undefined> => {
    const call = clients().gateway.send(new GetApiKeyCommand({ apiKey, includeValue: true }));
    const live = await found<ApiKey>(`reading API key (${apiKey})`, call, absent);
    if (live === undefined) return undefined;
    const { name, description = '', enabled = false, value, tags } = live;
    return { name, description, enabled, value, tags: tags ?? {}, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const wanted = without(inputs, 'region');
      const made = await called('creating API key', clients().gateway.send(new CreateApiKeyCommand(wanted)));
      return { id: made.id ?? '', outputs: (await keyOf(made.id ?? '')) ?? {} };
    },
    read: async (old) => {
      const outputs = await keyOf(old.id);
      return outputs && { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      const changed = Object.keys(differenceOf(table, news, old).changes);
      if (changed.includes('tags')) throw refused('API key', 'the stand-in does not change tags');
      const patchOperations = changed.map((name) => {
        return {
          op: 'replace' as const,
          path: `/${name}`,
          value: String((news[name] as string | boolean | undefined) ?? ''),
        };
      });
      const update = new UpdateApiKeyCommand({ apiKey: old.id, patchOperations });
      await called(`updating API key (${old.id})`, clients().gateway.send(update));
      return (await keyOf(old.id)) ?? {};
    },
    delete: async (old) => {
      const call = clients().gateway.send(new DeleteApiKeyCommand({ apiKey: old.id }));
      await found(`deleting API key (${old.id})`, call, absent);
    },
  };
}

interface Throttle {
  readonly rateLimit?: number;
  readonly burstLimit?: number;
}

function only(...names: readonly string[]): (value: Json) => string | undefined {
  return (value) => {
    const all = [value].flat().flatMap((each) => Object.keys(each as object));
    const strange = all.filter((name) => !names.includes(name));
    return strange.length === 0 ? undefined : `unknown: ${strange.join(', ')}`;
  };
}

/** A usage plan; its stages are taken from it before its delete, for AWS keeps one that has some. */
export function usagePlanHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true },
    description: { kind: 'string' },
    apiStages: { kind: 'block', refuse: only('apiId', 'stage') },
    throttleSettings: { kind: 'block', refuse: only('rateLimit', 'burstLimit') },
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  const planOf = async (usagePlanId: string): Promise<Properties | undefined> => {
    const call = clients().gateway.send(new GetUsagePlanCommand({ usagePlanId }));
    const live = await found(`reading usage plan (${usagePlanId})`, call, absent);
    if (live === undefined) return undefined;
    const { name, description = '', apiStages = [], throttle } = live;
    const stages = apiStages.map(({ apiId, stage }) => ({ apiId, stage }));
    const throttleSettings = throttle ? { throttleSettings: throttle as Throttle } : {};
    const { region } = clients();
    return { name, description, apiStages: stages, ...throttleSettings, tags: live.tags ?? {}, region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const { throttleSettings: throttle, ...wanted } = without(inputs, 'region');
      const command = new CreateUsagePlanCommand({
        ...(wanted as { name: string }),
        throttle: throttle as Throttle,
      });
      const made = await called('creating usage plan', clients().gateway.send(command));
      return { id: made.id ?? '', outputs: (await planOf(made.id ?? '')) ?? {} };
    },
    read: async (old) => {
      const outputs = await planOf(old.id);
      return outputs && { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: (news, old, call) => {
      if (call.preview) return Promise.resolve(previewOfUpdate(table, news, old));
      throw refused('usage plan', 'the stand-in does not change one');
    },
    delete: async ({ id }) => {
      const live = await planOf(id);
      if (live === undefined) return;
      const patchOperations = (live.apiStages as { apiId: string; stage: string }[]).map((each) => {
        return { op: 'remove' as const, path: '/apiStages', value: `${each.apiId}:${each.stage}` };
      });
      const update = new UpdateUsagePlanCommand({ usagePlanId: id, patchOperations });
      await called(`taking the stages from usage plan (${id})`, clients().gateway.send(update));
      const call = clients().gateway.send(new DeleteUsagePlanCommand({ usagePlanId: id }));
      await found(`deleting usage plan (${id})`, call, absent);
    },
  };
}

/** That a key belongs to a plan. */
export function usagePlanKeyHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    keyId: { kind: 'string', required: true, replaces: true },
    keyType: { kind: 'string', required: true, replaces: true },
    usagePlanId: { kind: 'string', required: true, replaces: true },
    region: regionArgument(() => clients().region),
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const { keyId, keyType, usagePlanId } = inputs as Record<string, string>;
      const create = new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId });
      await called(`adding API key (${keyId ?? ''}) to its plan`, clients().gateway.send(create));
      return { id: keyId ?? '', outputs: inputs };
    },
    read: async (old) => {
      const [usagePlanId, keyId = ''] = isImport(old)
        ? old.id.split('/')
        : [String(old.outputs.usagePlanId), String(old.outputs.keyId)];
      const call = clients().gateway.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId }));
      const live = await found(`reading usage plan key (${keyId})`, call, absent);
      if (live === undefined) return undefined;
      const outputs = { keyId, keyType: live.type, usagePlanId, region: clients().region };
      return { id: keyId, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: () => Promise.reject(refused('usage plan key', 'nothing of it can be changed')),
    delete: async ({ outputs }) => {
      const { usagePlanId, keyId } = outputs as Record<string, string>;
      const call = clients().gateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
      await found(`taking API key (${keyId ?? ''}) from its plan`, call, absent);
    },
  };
}
