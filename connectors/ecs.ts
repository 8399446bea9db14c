import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import { within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { awsCode, withEcs, withScaling } from './aws.ts';

/** An ECS service as the vendor describes it; undefined: it, or its cluster, is not there. `clusterArn` is always set. */
export async function describeContainerService(
  cluster: string,
  service: string,
): Promise<Service | undefined> {
  return withEcs(async (client) => {
    try {
      const call = client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const { services = [] } = await within('60 seconds', `reading ECS service ${cluster}/${service}`, call);
      // A deleted service is shown as inactive for a while.
      return services.find(({ status }) => status !== 'INACTIVE');
    } catch (error) {
      if (awsCode(error) === 'ClusterNotFoundException') return undefined;
      throw error;
    }
  });
}

export async function observeContainerService(
  cluster: string,
  service: string,
): Promise<Observed | undefined> {
  const live = await describeContainerService(cluster, service);
  return live && { desiredCount: live.desiredCount ?? 0, runningCount: live.runningCount ?? 0 };
}

/** The bounds between which Application Auto Scaling keeps the desired count of an ECS service, or undefined. */
export async function observeScalingTarget(cluster: string, service: string): Promise<Observed | undefined> {
  const command = new DescribeScalableTargetsCommand({
    ServiceNamespace: 'ecs',
    ResourceIds: [`service/${cluster}/${service}`],
    ScalableDimension: 'ecs:service:DesiredCount',
  });
  return withScaling(async (client) => {
    const what = `reading the scaling target of ${cluster}/${service}`;
    const { ScalableTargets: [live] = [] } = await within('60 seconds', what, client.send(command));
    return live && { minCapacity: live.MinCapacity ?? 0, maxCapacity: live.MaxCapacity ?? 0 };
  });
}
