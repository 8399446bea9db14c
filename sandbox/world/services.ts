import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { Json } from '../../diagnostics/index.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';

/** Where the web service of the sample CRM runs; a neighbour runs in the same cluster. */
export interface ServiceKeys {
  readonly cluster: string;
  readonly service: string;
  readonly neighbour: string;
}

const dimension = 'ecs:service:DesiredCount';

/** The sample CRM's back end: a web service with autoscaling between 2 and 6 tasks, in a cluster that others use too. */
export const services: Part<ServiceKeys> = {
  async build({ environment, system }) {
    const keys = namesOf(system);
    await withServices(environment, async ({ ecs, scaling }) => {
      await ecs.send(new CreateClusterCommand({ clusterName: keys.cluster }));
      for (const [name, count] of [
        [keys.service, 2],
        [keys.neighbour, 1],
      ] as const) {
        const container = { name, image: `registry.example.test/${name}:1`, memory: 128 };
        await ecs.send(
          new RegisterTaskDefinitionCommand({ family: name, containerDefinitions: [container] }),
        );
        await ecs.send(
          new CreateServiceCommand({
            cluster: keys.cluster,
            serviceName: name,
            taskDefinition: name,
            desiredCount: count,
          }),
        );
      }
      await scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: 'ecs',
          ResourceId: `service/${keys.cluster}/${keys.service}`,
          ScalableDimension: dimension,
          MinCapacity: 2,
          MaxCapacity: 6,
        }),
      );
    });
    return keys;
  },
  read({ environment, system }) {
    const { cluster, service, neighbour } = namesOf(system);
    return withServices(environment, async ({ ecs, scaling }) => {
      const command = new DescribeServicesCommand({ cluster, services: [service, neighbour] });
      const described = (await ecs.send(command)).services ?? [];
      const { ScalableTargets = [] } = await scaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
      );
      return {
        services: described
          .filter(({ status }) => status !== 'INACTIVE')
          .map(({ serviceName = '', desiredCount = 0, taskDefinition = '' }) => ({
            serviceName,
            desiredCount,
            taskDefinition,
          }))
          .sort((one, other) => one.serviceName.localeCompare(other.serviceName)),
        scaling: ScalableTargets.filter(({ ResourceId }) => ResourceId?.includes(`/${cluster}/`)).map(
          ({ ResourceId = '', MinCapacity = 0, MaxCapacity = 0 }) => ({
            ResourceId,
            MinCapacity,
            MaxCapacity,
          }),
        ),
      } satisfies Json;
    });
  },
};

function namesOf(system: string): ServiceKeys {
  return { cluster: `${system}-cluster`, service: `${system}-web`, neighbour: `${system}-neighbour` };
}

interface Clients {
  readonly ecs: ECSClient;
  readonly scaling: ApplicationAutoScalingClient;
}

function withServices<Result>(
  environment: Environment,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const settings = awsSettings(environment);
  const clients = { ecs: new ECSClient(settings), scaling: new ApplicationAutoScalingClient(settings) };
  return withClients('the services of the sample CRM', clients, work);
}
