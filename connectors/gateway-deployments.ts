import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetStagesCommand,
  paginateGetDeployments,
} from '@aws-sdk/client-api-gateway';
import { askGateway, ifThere } from './api-gateway.ts';

export interface GatewayDeployment {
  readonly id: string;
  /** A stage of the API points to it. */
  readonly served: boolean;
}

interface Described {
  readonly restApi: string;
  readonly description: string;
}

/** Those of a REST API with exactly this description; none if the API is not there. */
export function findDeployments({
  restApi: restApiId,
  description,
}: Described): Promise<readonly GatewayDeployment[]> {
  return askGateway(`looking for deployments of ${restApiId}`, async (client) => {
    const stages = await ifThere(client.send(new GetStagesCommand({ restApiId })));
    if (stages === undefined) return [];
    const served = stages.item?.map(({ deploymentId }) => deploymentId);
    const found: GatewayDeployment[] = [];
    for await (const { items = [] } of paginateGetDeployments({ client, pageSize: 500 }, { restApiId })) {
      for (const { id = '', description: text } of items)
        if (text === description) found.push({ id, served: served?.includes(id) ?? false });
    }
    return found;
  });
}

/** Publishes a REST API as it is now; answers the deployment's id. */
export function createDeployment({ restApi: restApiId, description }: Described): Promise<string> {
  return askGateway(`creating a deployment of ${restApiId}`, async (client) => {
    const { id } = await client.send(new CreateDeploymentCommand({ restApiId, description }));
    if (id === undefined) throw new Error(`AWS answered a deployment of ${restApiId} without an id`);
    return id;
  });
}

/** One that is gone already is no error; one that a stage serves is. */
export async function deleteDeployment({
  restApi: restApiId,
  id: deploymentId,
}: {
  readonly restApi: string;
  readonly id: string;
}): Promise<void> {
  await askGateway(`deleting deployment ${deploymentId}`, (client) =>
    ifThere(client.send(new DeleteDeploymentCommand({ restApiId, deploymentId }))),
  );
}
