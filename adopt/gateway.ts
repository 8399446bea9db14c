import type { Problem } from '../diagnostics/index.ts';
import type { FormerResource } from '../inventory/index.ts';
import { found, type Findings, merge, missing, wrong } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { problems } from './problems.ts';
import { filled, settled } from './settings.ts';

type Facts = Awaited<ReturnType<LiveCrm['gateways']>>[number];
type Stage = Facts['stages'][number];
type Plan = Facts['plans'][number];
type Resources = Findings['resources'];

/**
 * A REST API with one stage, and all that is told apart of it: policy, settings of all methods, changed gateway responses, usage
 * plans and their keys (never a key's value). `gateway` is name or id of the API, `/`, and the stage.
 */
export async function captureGateway(name: string, gateway: string, live: LiveCrm): Promise<Findings> {
  const [api = '', stageName = ''] = gateway.split('/');
  const [facts, ...others] = await live.gateways(api);
  if (facts === undefined) return missing(`REST API ${api}`, 'in this account and region');
  if (others.length > 0) {
    const detail = `REST API ${api} is there ${others.length + 1} times`;
    return wrong(problems('capture-ambiguous', { detail, hint: 'name it by its id in the inventory' }));
  }
  const stage = facts.stages.find((each) => each.stageName === stageName);
  if (stage === undefined) return missing(`stage ${stageName}`, `on REST API ${api}`);
  return merge([
    wrong(...obstacles(api, facts, stage)),
    ofApi(name, facts),
    ofStage(name, facts, stage),
    ofPlans(name, facts),
  ]);
}

/** What a cut would take from others, open to others, or not be able to restore. */
function obstacles(api: string, facts: Facts, stage: Stage): readonly Problem[] {
  const found: Problem[] = [];
  const report = (code: Parameters<typeof problems>[0], detail: string, hint: string): void => {
    found.push(problems(code, { detail, hint }));
  };
  const otherStages = facts.stages.filter((each) => each !== stage).map(({ stageName = '' }) => stageName);
  if (otherStages.length > 0) {
    const detail = `REST API ${api} has other stages too: ${otherStages.join(', ')}`;
    report('capture-gateway-shared', detail, 'remove those stages, or close this gateway by hand');
  }
  for (const { plan, keys } of facts.plans) {
    if ((plan.apiStages ?? []).length > 1) {
      const detail = `usage plan ${plan.id ?? ''} of REST API ${api} serves other stages too`;
      report('capture-gateway-shared', detail, 'give this gateway a usage plan of its own');
    }
    for (const { id = '' } of keys.filter(({ otherPlans }) => otherPlans > 0)) {
      const detail = `API key ${id} of REST API ${api} opens other APIs too`;
      report('capture-gateway-shared', detail, 'give its holder a key of its own for this gateway');
    }
  }
  const methods = facts.resources.flatMap(({ resourceMethods = {} }) => Object.values(resourceMethods));
  if (
    facts.policy === undefined &&
    methods.some(({ authorizationType }) => authorizationType === 'AWS_IAM')
  ) {
    const detail = `REST API ${api} has methods with AWS_IAM and no resource policy: the policy that denies writes needs an allow, and that would let in callers whom IAM keeps out now`;
    report(
      'capture-gateway-not-closable',
      detail,
      'give the API a resource policy that names its callers, then: teardown capture',
    );
  }
  if (stage.canarySettings !== undefined) {
    const detail = `stage ${stage.stageName ?? ''} of REST API ${api} has a canary, which serves a deployment of its own`;
    report('capture-gateway-not-closable', detail, 'end the canary, then: teardown capture');
  }
  return found;
}

function ofApi(name: string, { api, policy, responses }: Facts): Findings {
  const restApiId = api.id ?? '';
  const { minimumCompressionSize: size } = api;
  const inputs = settled({
    name: api.name,
    description: api.description ?? '',
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint ?? false,
    apiKeySource: api.apiKeySource === 'HEADER' ? undefined : api.apiKeySource,
    binaryMediaTypes: filled(api.binaryMediaTypes),
    minimumCompressionSize: size === undefined ? undefined : String(size),
    tags: filled(api.tags),
  });
  const changed = responses.map((each): [string, FormerResource] => [
    `gateway-response:${name}/${each.responseType ?? ''}`,
    adopted('response:Response', `${restApiId}/${each.responseType ?? ''}`, {
      restApiId,
      responseType: each.responseType,
      statusCode: each.statusCode,
      responseTemplates: filled(each.responseTemplates),
      responseParameters: filled(each.responseParameters),
    }),
  ]);
  const policyName = `rest-api-policy:${name}`;
  return {
    resources: {
      [`rest-api:${name}`]: { type: 'aws:apigateway/restApi:RestApi', importId: restApiId, inputs },
      ...(policy === undefined
        ? {}
        : { [policyName]: adopted('restApiPolicy:RestApiPolicy', restApiId, { restApiId, policy }) }),
      ...Object.fromEntries(changed),
    },
    absent: policy === undefined ? [policyName] : [],
    problems: [],
  };
}

function ofStage(name: string, { api }: Facts, stage: Stage): Findings {
  const restApi = api.id ?? '';
  const { stageName = '' } = stage;
  const all = stage.methodSettings?.['*/*'];
  const settingsName = `method-settings:${name}`;
  const inputs = {
    restApi,
    stageName,
    deployment: stage.deploymentId,
    description: filled(stage.description),
    variables: filled(stage.variables),
    tags: filled(stage.tags),
    accessLogSettings: filled(stage.accessLogSettings),
    cacheClusterEnabled: stage.cacheClusterEnabled === true ? true : undefined,
    cacheClusterSize: stage.cacheClusterEnabled === true ? stage.cacheClusterSize : undefined,
    clientCertificateId: filled(stage.clientCertificateId),
    documentationVersion: filled(stage.documentationVersion),
    xrayTracingEnabled: stage.tracingEnabled === true ? true : undefined,
  };
  const ofAll = { restApi, stageName, methodPath: '*/*', settings: { ...all } };
  return {
    resources: {
      [`stage:${name}`]: adopted('stage:Stage', `${restApi}/${stageName}`, inputs),
      ...(all === undefined
        ? {}
        : { [settingsName]: adopted('methodSettings:MethodSettings', `${restApi}/${stageName}/*/*`, ofAll) }),
    },
    absent: all === undefined ? [settingsName] : [],
    problems: [],
  };
}

function ofPlans(name: string, { plans }: Facts): Findings {
  return found(Object.assign({}, ...plans.map((each) => ofPlan(name, each))) as Resources);
}

function ofPlan(name: string, { plan, keys }: Plan): Resources {
  const usagePlanId = plan.id ?? '';
  const stages = (plan.apiStages ?? []).map(({ apiId, stage, throttle = {} }) => ({
    apiId,
    stage,
    throttles: filled(Object.entries(throttle).map(([path, limits]) => ({ path, ...limits }))),
  }));
  const inputs = {
    name: plan.name,
    description: filled(plan.description),
    apiStages: stages,
    quotaSettings: filled(plan.quota),
    throttleSettings: filled(plan.throttle),
    productCode: filled(plan.productCode),
    tags: filled(plan.tags),
  };
  const ofKeys = keys.flatMap(({ id: keyId = '', type, ...key }): [string, FormerResource][] => [
    [
      `usage-plan-key:${name}/${usagePlanId}/${keyId}`,
      adopted('usagePlanKey:UsagePlanKey', `${usagePlanId}/${keyId}`, { keyId, keyType: type, usagePlanId }),
    ],
    [
      `api-key:${name}/${keyId}`,
      adopted('apiKey:ApiKey', keyId, {
        name: key.name,
        // Left out, the SDK would write a text of its own.
        description: key.description ?? '',
        enabled: key.enabled ?? false,
        customerId: filled(key.customerId),
        tags: filled(key.tags),
      }),
    ],
  ]);
  return {
    [`usage-plan:${name}/${usagePlanId}`]: adopted('usagePlan:UsagePlan', usagePlanId, inputs),
    ...Object.fromEntries(ofKeys),
  };
}

function adopted(type: string, importId: string, inputs: Readonly<Record<string, unknown>>): FormerResource {
  return { type: `aws:apigateway/${type}`, importId, inputs: settled(inputs) };
}
