import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  type MethodSetting,
  type PatchOperation,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import type { Json } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
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
import { regionArgument, tagsArgument } from './tags.ts';

const absent = 'NotFoundException';

function stageOf({ gateway }: Clients, restApiId = '', stageName = '') {
  const call = gateway.send(new GetStageCommand({ restApiId, stageName }));
  return found(`reading stage (${restApiId}/${stageName})`, call, absent);
}

async function patch(
  { gateway }: Clients,
  { restApi, stageName }: Properties,
  patchOperations: PatchOperation[],
): Promise<void> {
  const stage = { restApiId: String(restApi), stageName: String(stageName) };
  const call = gateway.send(new UpdateStageCommand({ ...stage, patchOperations }));
  await called(`updating stage (${stage.restApiId}/${stage.stageName})`, call);
}

/** The address of a deployment. */
export function stageHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    restApi: { kind: 'string', required: true, replaces: true },
    stageName: { kind: 'string', required: true, replaces: true },
    deployment: { kind: 'string', required: true },
    description: { kind: 'string' },
    variables: { kind: 'map' },
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  const outputsOf = async (restApi: string, stageName: string): Promise<Properties | undefined> => {
    const live = await stageOf(clients(), restApi, stageName);
    if (live === undefined) return undefined;
    const { deploymentId: deployment, description = '', variables = {}, tags = {} } = live;
    return { restApi, stageName, deployment, description, variables, tags, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const { restApi, deployment, stageName } = inputs as Record<string, string>;
      const create = new CreateStageCommand({ restApiId: restApi, stageName, deploymentId: deployment });
      await called(`creating stage (${stageName ?? ''})`, clients().gateway.send(create));
      return { id: `ags-${restApi ?? ''}-${stageName ?? ''}`, outputs: inputs };
    },
    read: async (old) => {
      const [restApi = '', stageName = ''] = isImport(old)
        ? old.id.split('/')
        : [String(old.outputs.restApi), String(old.outputs.stageName)];
      const outputs = await outputsOf(restApi, stageName);
      if (outputs === undefined) return undefined;
      return { id: `ags-${restApi}-${stageName}`, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      const changed = Object.keys(differenceOf(table, news, old).changes);
      const other = changed.filter((name) => name !== 'deployment');
      if (other.length > 0) throw refused('stage', `the stand-in does not change ${other.join(', ')}`);
      const moved = { op: 'replace', path: '/deploymentId', value: String(news.deployment) } as const;
      await patch(clients(), old.outputs, [moved]);
      return (await outputsOf(String(news.restApi), String(news.stageName))) ?? {};
    },
    delete: async ({ outputs }) => {
      const stage = { restApiId: String(outputs.restApi), stageName: String(outputs.stageName) };
      const call = clients().gateway.send(new DeleteStageCommand(stage));
      await found(`deleting stage (${stage.stageName})`, call, absent);
    },
  };
}

/** Argument -> path of the patch. */
const settingPaths: Readonly<Record<string, string>> = {
  metricsEnabled: 'metrics/enabled',
  loggingLevel: 'logging/loglevel',
  dataTraceEnabled: 'logging/dataTrace',
  throttlingBurstLimit: 'throttling/burstLimit',
  throttlingRateLimit: 'throttling/rateLimit',
  cachingEnabled: 'caching/enabled',
  cacheTtlInSeconds: 'caching/ttlInSeconds',
  cacheDataEncrypted: 'caching/dataEncrypted',
  requireAuthorizationForCacheControl: 'caching/requireAuthorizationForCacheControl',
  unauthorizedCacheControlHeaderStrategy: 'caching/unauthorizedCacheControlHeaderStrategy',
};

function strange(settings: Json): string | undefined {
  const unknown = Object.keys(settings as object).filter((name) => settingPaths[name] === undefined);
  return unknown.length === 0 ? undefined : `unknown settings: ${unknown.join(', ')}`;
}

/** Settings of a method path. A fresh create does not send what is zero [u]: a throttle of 0 is sent by an update only. */
export function methodSettingsHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    restApi: { kind: 'string', required: true, replaces: true },
    stageName: { kind: 'string', required: true, replaces: true },
    methodPath: { kind: 'string', required: true, replaces: true },
    settings: { kind: 'block', required: true, refuse: strange },
    region: regionArgument(() => clients().region),
  };
  const send = async (inputs: Properties, before: Properties): Promise<void> => {
    const operations = Object.entries(inputs.settings as Properties)
      .filter(([name, value]) => String(value) !== String((before[name] as number | undefined) ?? 0))
      .map(([name, value]) => ({
        op: 'replace' as const,
        path: `/${String(inputs.methodPath)}/${settingPaths[name] ?? ''}`,
        value: String(value),
      }));
    await patch(clients(), inputs, operations);
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      await send(inputs, {});
      const { restApi, stageName, methodPath } = inputs as Record<string, string>;
      return { id: `${restApi ?? ''}-${stageName ?? ''}-${methodPath ?? ''}`, outputs: inputs };
    },
    read: async (old) => {
      const [restApi = '', stageName = '', ...path] = placeOf(old);
      const methodPath = path.join('/');
      const live = (await stageOf(clients(), restApi, stageName))?.methodSettings?.[methodPath];
      if (live === undefined) return undefined;
      const place = { restApi, stageName, methodPath };
      const outputs = { ...place, settings: settingsOf(live), region: clients().region };
      const id = `${restApi}-${stageName}-${methodPath}`;
      return { id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      await send(news, old.outputs.settings as Properties);
      return { ...old.outputs, ...news };
    },
    delete: async ({ outputs }) => {
      const { restApi, stageName, methodPath } = outputs;
      if ((await stageOf(clients(), String(restApi), String(stageName))) === undefined) return;
      await patch(clients(), outputs, [{ op: 'remove', path: `/${String(methodPath).replace('/', '~1')}` }]);
    },
  };
}

function placeOf(old: State): readonly string[] {
  if (isImport(old)) return old.id.split('/');
  return [old.outputs.restApi, old.outputs.stageName, old.outputs.methodPath].map(String);
}

function settingsOf(live: MethodSetting): Properties {
  return Object.fromEntries(Object.entries(live).filter(([name]) => settingPaths[name] !== undefined));
}
