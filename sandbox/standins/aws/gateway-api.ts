import {
  CreateRestApiCommand,
  DeleteGatewayResponseCommand,
  DeleteRestApiCommand,
  GetGatewayResponseCommand,
  GetRestApiCommand,
  type PatchOperation,
  PutGatewayResponseCommand,
  type RestApi,
  UpdateRestApiCommand,
} from '@aws-sdk/client-api-gateway';
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
import { policyMeaning, policyTextOf } from './bucket-policy.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument, tagsArgument, without } from './tags.ts';

const absent = 'NotFoundException';

/** A REST API. Its policy belongs to RestApiPolicy; paths and methods go with it. */
export function restApiHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true },
    description: { kind: 'string' },
    disableExecuteApiEndpoint: { kind: 'boolean', default: false },
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  const patched = ['name', 'description', 'disableExecuteApiEndpoint'];
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const { name, description, disableExecuteApiEndpoint, tags } = inputs as unknown as RestApi;
      const create = new CreateRestApiCommand({ name, description, disableExecuteApiEndpoint, tags });
      const api = await called(`creating REST API (${name ?? ''})`, clients().gateway.send(create));
      return { id: api.id ?? '', outputs: apiOutputs(clients(), api) };
    },
    read: async (old) => {
      const api = await apiOf(clients(), old.id);
      if (api === undefined) return undefined;
      const outputs = apiOutputs(clients(), api);
      return { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      const changed = Object.keys(differenceOf(table, news, old).changes);
      if (changed.includes('tags')) throw refused('REST API', 'the stand-in does not change tags');
      const patchOperations = changed
        .filter((name) => patched.includes(name))
        .map((name) => replace(`/${name}`, String((news[name] as string | boolean | undefined) ?? '')));
      await patch(clients(), old.id, patchOperations);
      return apiOutputs(clients(), (await apiOf(clients(), old.id)) ?? {});
    },
    delete: async (old) => {
      const call = clients().gateway.send(new DeleteRestApiCommand({ restApiId: old.id }));
      await found(`deleting REST API (${old.id})`, call, absent);
    },
  };
}

function apiOutputs({ region }: Clients, api: RestApi): Properties {
  const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws';
  return {
    name: api.name,
    description: api.description ?? '',
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint ?? false,
    tags: api.tags ?? {},
    region,
    arn: `arn:${partition}:apigateway:${region}::/restapis/${api.id ?? ''}`,
    executionArn: `arn:${partition}:execute-api:${region}:123456789012:${api.id ?? ''}`,
    rootResourceId: api.rootResourceId,
  };
}

async function apiOf({ gateway }: Clients, restApiId: string): Promise<RestApi | undefined> {
  return found(`reading REST API (${restApiId})`, gateway.send(new GetRestApiCommand({ restApiId })), absent);
}

async function patch(
  { gateway }: Clients,
  restApiId: string,
  patchOperations: PatchOperation[],
): Promise<void> {
  const call = gateway.send(new UpdateRestApiCommand({ restApiId, patchOperations }));
  await called(`updating REST API (${restApiId})`, call);
}

function replace(path: string, value: string): PatchOperation {
  return { op: 'replace', path, value };
}

/** One policy per API: a create takes the place of whatever policy was there. Nothing of it acts before a deployment. */
export function restApiPolicyHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    restApiId: { kind: 'string', required: true, replaces: true },
    policy: { kind: 'json', required: true, meaning: policyMeaning },
    region: regionArgument(() => clients().region),
  };
  const put = async (inputs: Properties): Promise<Properties> => {
    const [restApiId, policy] = [String(inputs.restApiId), String(inputs.policy)];
    await patch(clients(), restApiId, [replace('/policy', policy)]);
    return { restApiId, policy, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      return { id: String(inputs.restApiId), outputs: await put(inputs) };
    },
    read: async (old) => {
      const escaped = (await apiOf(clients(), old.id))?.policy;
      if (escaped === undefined || escaped === '') return undefined;
      const live = JSON.parse(`"${escaped}"`) as string;
      const outputs = {
        restApiId: old.id,
        policy: policyTextOf(live, old.outputs.policy),
        region: clients().region,
      };
      return { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => (call.preview ? previewOfUpdate(table, news, old) : put(news)),
    delete: async (old) => {
      if ((await apiOf(clients(), old.id)) === undefined) return;
      await patch(clients(), old.id, [replace('/policy', '')]);
    },
  };
}

/** A gateway response: a create overwrites the one that is there, a delete brings back the default of AWS. */
export function gatewayResponseHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    restApiId: { kind: 'string', required: true, replaces: true },
    responseType: { kind: 'string', required: true, replaces: true },
    statusCode: { kind: 'string' },
    responseTemplates: { kind: 'map' },
    responseParameters: { kind: 'map' },
    region: regionArgument(() => clients().region),
  };
  const put = async (inputs: Properties): Promise<Properties> => {
    const settings = without(inputs, 'region') as Properties & Record<'restApiId' | 'responseType', string>;
    const call = clients().gateway.send(
      new PutGatewayResponseCommand({ ...settings, responseType: settings.responseType as 'THROTTLED' }),
    );
    await called(`putting gateway response (${settings.responseType})`, call);
    return { ...settings, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const outputs = await put(inputs);
      return { id: `aggr-${String(inputs.restApiId)}-${String(inputs.responseType)}`, outputs };
    },
    read: async (old) => {
      const [restApiId, type] = isImport(old)
        ? old.id.split('/')
        : [String(old.outputs.restApiId), String(old.outputs.responseType)];
      const responseType = type as 'THROTTLED';
      const call = clients().gateway.send(new GetGatewayResponseCommand({ restApiId, responseType }));
      const live = await found(`reading gateway response (${responseType})`, call, absent);
      if (live === undefined || live.defaultResponse === true) return undefined;
      const { statusCode, responseTemplates = {}, responseParameters = {} } = live;
      const settings = { restApiId, responseType, statusCode, responseTemplates, responseParameters };
      const outputs = { ...settings, region: clients().region };
      return {
        id: `aggr-${restApiId ?? ''}-${responseType}`,
        inputs: inputsFrom(table, outputs, old),
        outputs,
      };
    },
    update: async (news, old, call) => (call.preview ? previewOfUpdate(table, news, old) : put(news)),
    delete: async ({ outputs }) => {
      const restApiId = String(outputs.restApiId);
      const responseType = outputs.responseType as 'THROTTLED';
      const call = clients().gateway.send(new DeleteGatewayResponseCommand({ restApiId, responseType }));
      await found(`deleting gateway response (${responseType})`, call, absent);
    },
  };
}
