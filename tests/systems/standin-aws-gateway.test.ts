import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  DeleteDeploymentCommand,
  GetApiKeyCommand,
  GetDeploymentCommand,
  GetRestApiCommand,
  GetStageCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Properties } from '../../provider/protocol.ts';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

jest.setTimeout(60_000);

let gateway: APIGatewayClient;
let endpoint: string;
let typed: (type: string) => Driven;

beforeAll(async () => {
  const { env } = testSandbox();
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  typed = (type) => driven(provider, `aws:apigateway/${type}`);
  endpoint = env.AWS_ENDPOINT_URL ?? '';
  gateway = new APIGatewayClient({
    endpoint,
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
});

/** An API with one method, as somebody clicked it together. */
async function api(): Promise<string> {
  const made = await gateway.send(new CreateRestApiCommand({ name: 'standin-api' }));
  const method = { restApiId: made.id, resourceId: made.rootResourceId, httpMethod: 'GET' };
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await gateway.send(new PutIntegrationCommand({ ...method, type: 'MOCK' }));
  return made.id ?? '';
}

async function staged(): Promise<{ readonly restApi: string; readonly deployment: string }> {
  const restApi = await api();
  const { id: deployment = '' } = await gateway.send(new CreateDeploymentCommand({ restApiId: restApi }));
  await typed('stage:Stage').create({ restApi, deployment, stageName: 'prod' });
  return { restApi, deployment };
}

async function published(restApi: string, deployment: string): Promise<Properties> {
  return (await (
    await fetch(`${endpoint}/sandbox/deployments/${restApi}/${deployment}`)
  ).json()) as Properties;
}

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
});

describe('RestApi and what belongs to it', () => {
  it('acts by what was there at its deployment: policy, responses and default host', async () => {
    const { restApi, deployment } = await staged();
    await typed('restApiPolicy:RestApiPolicy').create({ restApiId: restApi, policy });
    const response = { restApiId: restApi, responseType: 'ACCESS_DENIED', statusCode: '410' };
    await typed('response:Response').create(response);
    const adopted = await typed('restApi:RestApi').import(restApi);
    await typed('restApi:RestApi').update({ ...adopted.inputs, disableExecuteApiEndpoint: true }, adopted);
    expect(await published(restApi, deployment)).toEqual({
      policy: null,
      responses: {},
      disableExecuteApiEndpoint: false,
    });
    const { id: next = '' } = await gateway.send(new CreateDeploymentCommand({ restApiId: restApi }));
    expect(await published(restApi, next)).toMatchObject({
      policy: JSON.parse(policy) as Properties,
      responses: { ACCESS_DENIED: { statusCode: '410' } },
      disableExecuteApiEndpoint: true,
    });
  });

  it('opens its default host again', async () => {
    const state = await typed('restApi:RestApi').create({ name: 'a', disableExecuteApiEndpoint: true });
    await typed('restApi:RestApi').update({ name: 'a', disableExecuteApiEndpoint: false }, state);
    const live = await gateway.send(new GetRestApiCommand({ restApiId: state.id }));
    expect(live.disableExecuteApiEndpoint).toBe(false);
  });

  it('a policy is answered escaped, imported as text, and gone after its delete', async () => {
    const restApiId = await api();
    const state = await typed('restApiPolicy:RestApiPolicy').create({ restApiId, policy });
    expect((await gateway.send(new GetRestApiCommand({ restApiId }))).policy).toMatch(/^\{\\"/);
    expect((await typed('restApiPolicy:RestApiPolicy').import(restApiId)).inputs).toMatchObject({ policy });
    await typed('restApiPolicy:RestApiPolicy').delete(state);
    expect(await typed('restApiPolicy:RestApiPolicy').refresh(state)).toBeUndefined();
  });

  it('a deployment that a stage points to is not deleted', async () => {
    const { restApi, deployment } = await staged();
    const first = { restApiId: restApi, deploymentId: deployment };
    await expect(gateway.send(new DeleteDeploymentCommand(first))).rejects.toThrow('stages');
    const { id: next } = await gateway.send(new CreateDeploymentCommand({ restApiId: restApi }));
    const stage = await typed('stage:Stage').import(`${restApi}/prod`);
    await typed('stage:Stage').update({ ...stage.inputs, deployment: next }, stage);
    await gateway.send(new DeleteDeploymentCommand(first));
    await expect(gateway.send(new GetDeploymentCommand(first))).rejects.toThrow('Invalid Deployment');
  });

  it('settings of a method send no zero at create, and do at an update', async () => {
    const { restApi } = await staged();
    const place = { restApi, stageName: 'prod', methodPath: '*/*' };
    const zero = { ...place, settings: { throttlingBurstLimit: 0, throttlingRateLimit: 0 } };
    const throttle = async () =>
      (await gateway.send(new GetStageCommand({ restApiId: restApi, stageName: 'prod' }))).methodSettings?.[
        '*/*'
      ]?.throttlingRateLimit;
    await typed('methodSettings:MethodSettings').create(zero);
    expect(await throttle()).toBeUndefined();
    const open = { ...place, settings: { throttlingBurstLimit: 5, throttlingRateLimit: 10 } };
    await typed('methodSettings:MethodSettings').create(open);
    const adopted = await typed('methodSettings:MethodSettings').import(`${restApi}/prod/*/*`);
    await typed('methodSettings:MethodSettings').update(zero, adopted);
    expect(await throttle()).toBe(0);
  });

  it('a key made again has another value; disabling keeps it', async () => {
    const first = await typed('apiKey:ApiKey').create({ name: 'erp' });
    await typed('apiKey:ApiKey').update({ name: 'erp', enabled: false }, first);
    const live = await gateway.send(new GetApiKeyCommand({ apiKey: first.id, includeValue: true }));
    expect(live).toMatchObject({ enabled: false, value: first.outputs.value });
    await typed('apiKey:ApiKey').delete(first);
    const second = await typed('apiKey:ApiKey').create({ name: 'erp' });
    expect(second.outputs.value).not.toBe(first.outputs.value);
  });

  it('a usage plan gives its stages up before it is deleted; its key belongs to it by id', async () => {
    const { restApi } = await staged();
    const apiStages = [{ apiId: restApi, stage: 'prod' }];
    const plan = await typed('usagePlan:UsagePlan').create({ name: 'callers', apiStages });
    const key = await typed('apiKey:ApiKey').create({ name: 'partner' });
    const member = { usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' };
    await typed('usagePlanKey:UsagePlanKey').create(member);
    const state = await typed('usagePlanKey:UsagePlanKey').import(`${plan.id}/${key.id}`);
    expect(state.inputs).toMatchObject(member);
    await typed('usagePlan:UsagePlan').delete(plan);
    expect(await typed('usagePlan:UsagePlan').refresh(plan)).toBeUndefined();
  });

  it.each([
    ['stage:Stage', { restApi: 'a', stageName: 'b', deployment: 'c', canarySettings: {} }, 'canarySettings'],
    ['restApi:RestApi', { name: 'a', body: '{}' }, 'body: unknown property'],
    [
      'methodSettings:MethodSettings',
      { restApi: 'a', stageName: 'b', methodPath: '*/*', settings: { throttle: 0 } },
      'unknown settings: throttle',
    ],
  ])('%s refuses what it does not know', async (type, program, message) => {
    await expect(typed(type).create(program)).rejects.toThrow(message);
  });
});
