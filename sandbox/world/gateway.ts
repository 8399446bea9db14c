import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetDeploymentsCommand,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import type { Json } from '../../diagnostics/index.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';

/** What the callers of the gateway hold. */
export interface GatewayKeys {
  readonly api: string;
  readonly stage: string;
  /** Values of API keys. */
  readonly erpKey: string;
  readonly partnerKey: string;
}

const stageName = 'prod';
const paths = ['contacts', 'orders'];
const methods = ['GET', 'POST', 'PUT', 'DELETE'];

/** The REST API of the CRM: two resources, methods that need an API key, and a usage plan with the keys of ERP and a partner. */
export const gateway: Part<GatewayKeys> = {
  build: (surroundings) => withGateway(surroundings, (client) => buildGateway(client, surroundings.system)),
  read: (surroundings) => withGateway(surroundings, (client) => readGateway(client, surroundings.system)),
};

async function buildGateway(client: APIGatewayClient, system: string): Promise<GatewayKeys> {
  const { id: restApiId = '', rootResourceId } = await client.send(
    new CreateRestApiCommand({ name: `${system}-api`, description: 'The CRM for other systems' }),
  );
  for (const pathPart of paths) await addPath(client, { restApiId, parentId: rootResourceId, pathPart });
  const deployed = await client.send(
    new CreateDeploymentCommand({ restApiId, description: 'as it was clicked together' }),
  );
  await client.send(new CreateStageCommand({ restApiId, stageName, deploymentId: deployed.id }));
  const throttling = { '/*/*/throttling/rateLimit': '100', '/*/*/throttling/burstLimit': '50' };
  const patchOperations = Object.entries(throttling).map(([path, value]) => {
    return { op: 'replace' as const, path, value };
  });
  await client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
  const { id: usagePlanId } = await client.send(
    new CreateUsagePlanCommand({
      name: `${system}-callers`,
      apiStages: [{ apiId: restApiId, stage: stageName }],
    }),
  );
  const [erpKey = '', partnerKey = ''] = await Promise.all(
    ['erp', 'partner'].map(async (holder) => {
      const create = new CreateApiKeyCommand({ name: `${system}-${holder}`, enabled: true });
      const { id: keyId, value = '' } = await client.send(create);
      await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      return value;
    }),
  );
  return { api: restApiId, stage: stageName, erpKey, partnerKey };
}

async function addPath(
  client: APIGatewayClient,
  place: { readonly restApiId: string; readonly parentId: string | undefined; readonly pathPart: string },
): Promise<void> {
  const { restApiId } = place;
  const { id: resourceId } = await client.send(new CreateResourceCommand(place));
  for (const httpMethod of methods) {
    const method = { restApiId, resourceId, httpMethod };
    await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE', apiKeyRequired: true }));
    const uri = `https://upstream.invalid/${place.pathPart}`;
    const integration = { ...method, type: 'HTTP_PROXY', integrationHttpMethod: httpMethod, uri } as const;
    await client.send(new PutIntegrationCommand(integration));
  }
}

async function readGateway(client: APIGatewayClient, system: string): Promise<Json> {
  const apis = (await client.send(new GetRestApisCommand({ limit: 500 }))).items ?? [];
  const api = apis.find(({ name }) => name === `${system}-api`);
  const keys = (await client.send(new GetApiKeysCommand({ includeValues: true, limit: 500 }))).items ?? [];
  const plans = (await client.send(new GetUsagePlansCommand({ limit: 500 }))).items ?? [];
  const plan = plans.find(({ name }) => name === `${system}-callers`);
  const usagePlanId = plan?.id;
  return JSON.parse(
    JSON.stringify({
      api: api ? await readApi(client, api.id ?? '', api) : null,
      keys: keys
        .filter(({ name = '' }) => name.startsWith(`${system}-`))
        .map((key) => ({ ...key, lastUpdatedDate: undefined }))
        .sort((one, other) => (one.name ?? '').localeCompare(other.name ?? '')),
      plan: plan ?? null,
      planKeys: plan ? ((await client.send(new GetUsagePlanKeysCommand({ usagePlanId }))).items ?? []) : [],
    }),
  ) as Json;
}

async function readApi(client: APIGatewayClient, restApiId: string, api: object): Promise<object> {
  const { item: stages = [] } = await client.send(new GetStagesCommand({ restApiId }));
  const deployments = (await client.send(new GetDeploymentsCommand({ restApiId }))).items ?? [];
  const responses = (await client.send(new GetGatewayResponsesCommand({ restApiId }))).items ?? [];
  const resources =
    (await client.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }))).items ?? [];
  return { ...api, stages, deployments, responses, resources };
}

/** Works with a client of a sandbox's API Gateway and closes it. */
export function withGateway<T>(
  { environment }: { readonly environment: Environment },
  work: (client: APIGatewayClient) => Promise<T>,
): Promise<T> {
  const clients = { client: new APIGatewayClient(awsSettings(environment)) };
  return withClients('the gateway of the sample CRM', clients, ({ client }) => work(client));
}
