import {
  type APIGatewayClient,
  type ApiKey,
  GetApiKeyCommand,
  GetDeploymentCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  type GatewayResponse,
  GetRestApiCommand,
  GetStageCommand,
  GetStagesCommand,
  GetUsagePlanCommand,
  paginateGetResources,
  paginateGetRestApis,
  paginateGetUsagePlanKeys,
  paginateGetUsagePlans,
  type Resource,
  type RestApi,
  type Stage,
  type UsagePlan,
} from '@aws-sdk/client-api-gateway';
import { type Json, within } from '../diagnostics/index.ts';
import { type Observed, shortArns } from '../lifecycle/index.ts';
import { awsCode, withGateway } from './aws.ts';

/** Everything of one REST API that a teardown narrows or removes. */
export interface GatewayFacts {
  readonly api: RestApi;
  /** Resource policy as JSON text; undefined: none. */
  readonly policy: string | undefined;
  readonly stages: readonly Stage[];
  /** Those that somebody has changed from the default of AWS. */
  readonly responses: readonly GatewayResponse[];
  readonly resources: readonly Resource[];
  /** Those with a stage of this API, each with its keys. */
  readonly plans: readonly PlanFacts[];
}

export interface PlanFacts {
  readonly plan: UsagePlan;
  /** Without their values. */
  readonly keys: readonly (ApiKey & { readonly type: string | undefined; readonly otherPlans: number })[];
}

/** Throws when AWS cannot be asked, or has not answered in time. */
export function askGateway<T>(what: string, work: (client: APIGatewayClient) => Promise<T>): Promise<T> {
  return withGateway((client) => within('60 seconds', what, work(client)));
}

/** Undefined if AWS says that it is not there. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (awsCode(error) === 'NotFoundException') return undefined;
    throw error;
  }
}

/** AWS answers a policy with its quotes escaped, as the inside of a JSON string. */
function policyText({ policy }: RestApi): string | undefined {
  if (!policy) return undefined;
  return policy.startsWith('{\\') ? (JSON.parse(`"${policy}"`) as string) : policy;
}

/** All REST APIs whose id or name is `nameOrId`. */
export function findRestApis(nameOrId: string): Promise<readonly RestApi[]> {
  return askGateway(`looking for REST API ${nameOrId}`, async (client) => {
    const found: RestApi[] = [];
    for await (const { items = [] } of paginateGetRestApis({ client, pageSize: 500 }, {}))
      found.push(...items.filter(({ id, name }) => id === nameOrId || name === nameOrId));
    return found;
  });
}

/** Facts of a REST API that is there. */
export function readGateway(api: RestApi): Promise<GatewayFacts> {
  const restApiId = api.id ?? '';
  return askGateway(`reading REST API ${restApiId}`, async (client) => {
    const { item: stages = [] } = await client.send(new GetStagesCommand({ restApiId }));
    const { items: responses = [] } = await client.send(
      new GetGatewayResponsesCommand({ restApiId, limit: 500 }),
    );
    const resources: Resource[] = [];
    const embed = ['methods'];
    for await (const { items = [] } of paginateGetResources({ client, pageSize: 500 }, { restApiId, embed }))
      resources.push(...items);
    return {
      api,
      policy: policyText(api),
      stages,
      responses: responses.filter(({ defaultResponse }) => defaultResponse !== true),
      resources,
      plans: await plansOf(client, restApiId),
    };
  });
}

async function plansOf(client: APIGatewayClient, restApiId: string): Promise<readonly PlanFacts[]> {
  const all: UsagePlan[] = [];
  for await (const { items = [] } of paginateGetUsagePlans({ client, pageSize: 500 }, {})) all.push(...items);
  const ours = all.filter(({ apiStages = [] }) => apiStages.some(({ apiId }) => apiId === restApiId));
  const plans: PlanFacts[] = [];
  for (const plan of ours) {
    const keys: PlanFacts['keys'][number][] = [];
    const usagePlanId = plan.id ?? '';
    for await (const { items = [] } of paginateGetUsagePlanKeys({ client, pageSize: 500 }, { usagePlanId })) {
      for (const { id: apiKey = '', type } of items) {
        const key = await client.send(new GetApiKeyCommand({ apiKey, includeValue: false }));
        keys.push({ ...key, type, otherPlans: await otherPlans(client, apiKey, ours) });
      }
    }
    plans.push({ plan, keys });
  }
  return plans;
}

/** How many plans a key belongs to that have no stage of this API. */
async function otherPlans(
  client: APIGatewayClient,
  keyId: string,
  ours: readonly UsagePlan[],
): Promise<number> {
  let count = 0;
  for await (const { items = [] } of paginateGetUsagePlans({ client, pageSize: 500 }, { keyId }))
    count += items.filter(({ id }) => !ours.some((plan) => plan.id === id)).length;
  return count;
}

export function observeRestApi(restApiId: string): Promise<Observed | undefined> {
  return askGateway(`reading REST API ${restApiId}`, async (client) => {
    const api = await ifThere(client.send(new GetRestApiCommand({ restApiId })));
    if (api === undefined) return undefined;
    return { name: api.name ?? '', disableExecuteApiEndpoint: api.disableExecuteApiEndpoint ?? false };
  });
}

/** Undefined if the API has no policy, or is not there. */
export function observeRestApiPolicy(restApiId: string): Promise<Observed | undefined> {
  return askGateway(`reading the policy of REST API ${restApiId}`, async (client) => {
    const api = await ifThere(client.send(new GetRestApiCommand({ restApiId })));
    const policy = api && policyText(api);
    return policy === undefined ? undefined : { policy: JSON.parse(shortArns(policy, restApiId)) as Json };
  });
}

export function observeStage(restApiId: string, stageName: string): Promise<Observed | undefined> {
  return askGateway(`reading stage ${restApiId}/${stageName}`, async (client) => {
    const stage = await ifThere(client.send(new GetStageCommand({ restApiId, stageName })));
    if (stage === undefined) return undefined;
    const deploymentId = stage.deploymentId ?? '';
    const deployment = await ifThere(client.send(new GetDeploymentCommand({ restApiId, deploymentId })));
    const all = stage.methodSettings?.['*/*'];
    return {
      deployment: deploymentId,
      published: deployment?.description ?? '',
      throttlingBurstLimit: all?.throttlingBurstLimit ?? null,
      throttlingRateLimit: all?.throttlingRateLimit ?? null,
    };
  });
}

export function observeGatewayResponse(restApiId: string, type: string): Promise<Observed | undefined> {
  const responseType = type as 'THROTTLED';
  return askGateway(`reading gateway response ${type} of ${restApiId}`, async (client) => {
    const live = await ifThere(client.send(new GetGatewayResponseCommand({ restApiId, responseType })));
    if (live === undefined || live.defaultResponse === true) return undefined;
    return { statusCode: live.statusCode ?? '', templates: live.responseTemplates ?? {} };
  });
}

export function observeApiKey(apiKey: string): Promise<Observed | undefined> {
  return askGateway(`reading API key ${apiKey}`, async (client) => {
    const live = await ifThere(client.send(new GetApiKeyCommand({ apiKey, includeValue: false })));
    return live && { enabled: live.enabled ?? false };
  });
}

export function observeUsagePlan(usagePlanId: string): Promise<Observed | undefined> {
  return askGateway(`reading usage plan ${usagePlanId}`, async (client) => {
    const live = await ifThere(client.send(new GetUsagePlanCommand({ usagePlanId })));
    return live && { name: live.name ?? '' };
  });
}
