import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  GetDeploymentsCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as connectors from '../../connectors/index.ts';
import { type DeploymentConnectors, gatewayDeployment } from '../../provider/gateway-deployment.ts';
import { testSandbox } from '../sandbox-name.ts';
import { driven, type Driven } from '../standins/handlers.ts';

const type = 'teardown:index:GatewayDeployment';
const description = 'Teardown of crm: closed';
const others = 'as it was clicked together';
let gateway: APIGatewayClient;
let restApiId: string;

function resource(load: () => Promise<DeploymentConnectors> = () => Promise.resolve(connectors)): Driven {
  return driven({ name: 'teardown', version: '0.0.0', resources: { [type]: gatewayDeployment(load) } }, type);
}

async function deploy(text: string): Promise<string> {
  const made = await gateway.send(new CreateDeploymentCommand({ restApiId, description: text }));
  return made.id ?? '';
}

async function serve(deploymentId: string): Promise<void> {
  const patchOperations = [{ op: 'replace' as const, path: '/deploymentId', value: deploymentId }];
  await gateway.send(new UpdateStageCommand({ restApiId, stageName: 'prod', patchOperations }));
}

async function live(): Promise<Readonly<Record<string, string>>> {
  const { items = [] } = await gateway.send(new GetDeploymentsCommand({ restApiId }));
  return Object.fromEntries(items.map(({ id = '', description: text = '' }) => [id, text]));
}

function inputs() {
  return { restApi: restApiId, description };
}

beforeAll(() => {
  testSandbox();
  gateway = new APIGatewayClient();
});
beforeEach(async () => {
  const api = await gateway.send(new CreateRestApiCommand({ name: 'deployments' }));
  restApiId = api.id ?? '';
  const method = { restApiId, resourceId: api.rootResourceId, httpMethod: 'GET' };
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await gateway.send(new PutIntegrationCommand({ ...method, type: 'MOCK' }));
  const deploymentId = await deploy(others);
  await gateway.send(new CreateStageCommand({ restApiId, stageName: 'prod', deploymentId }));
});

describe('a deployment of the teardown', () => {
  it('is made, found again, and goes alone', async () => {
    const before = await live();
    const state = await resource().create(inputs());
    expect(await live()).toEqual({ ...before, [state.id]: description });
    expect(await resource().refresh(state)).toEqual(state);
    await resource().delete(state);
    expect(await live()).toEqual(before);
    expect(await resource().refresh(state)).toBeUndefined();
    await resource().delete(state);
  });

  it('takes the place of what killed runs have left, and of nothing else', async () => {
    const before = await live();
    await deploy(description);
    await deploy(description);
    const ofAnother = await deploy('Teardown of erp: closed');
    const state = await resource().create(inputs());
    expect(await live()).toEqual({
      ...before,
      [ofAnother]: 'Teardown of erp: closed',
      [state.id]: description,
    });
  });

  it('takes over the one that a stage serves, and AWS keeps it while it does', async () => {
    const served = await deploy(description);
    await serve(served);
    const before = await live();
    const state = await resource().create(inputs());
    expect(state.id).toBe(served);
    expect(await live()).toEqual(before);
    await expect(resource().delete(state)).rejects.toThrow('BadRequestException');
    expect(await live()).toEqual(before);
  });

  it('makes nothing when it cannot look', async () => {
    const before = await live();
    const blind = resource(() =>
      Promise.resolve({ ...connectors, findDeployments: () => Promise.reject(new Error('no answer')) }),
    );
    await expect(blind.create(inputs())).rejects.toThrow('no answer');
    expect(await live()).toEqual(before);
  });

  it('is gone with its API, and is made anew when what it is changes', async () => {
    const state = await resource().create(inputs());
    const gone = { ...state, inputs: { ...inputs(), restApi: 'gone' } };
    expect(await resource().refresh(gone)).toBeUndefined();
    const { replaces } = await resource().diff({ ...inputs(), description: 'other' }, state);
    expect(replaces).toEqual(['description']);
    expect(await resource().diff(inputs(), state)).toEqual({ changes: {}, replaces: [] });
    await expect(resource().create({ restApi: restApiId })).rejects.toThrow('expected string');
  });
});
