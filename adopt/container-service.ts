import { found, type Findings, merge, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';

/** An ECS service and what scales it; without a scaler that is entered as absent, so that none appears on the way back. */
export async function captureContainerService(name: string, place: string, live: LiveCrm): Promise<Findings> {
  const [cluster = '', service = ''] = place.split('/');
  const running = await live.containerService(cluster, service);
  if (running === undefined) return missing(`ECS service ${place}`, 'in this account and region');
  const { clusterArn = '', taskDefinition = '', desiredCount = 0, launchType } = running;
  const adopted = found({
    [`ecs-service:${name}`]: {
      type: 'aws:ecs/service:Service',
      importId: place,
      inputs: {
        name: service,
        cluster: clusterArn,
        taskDefinition,
        desiredCount,
        ...(launchType === undefined ? {} : { launchType }),
      },
    },
  });
  return merge([adopted, await captureScaling(`scaling-target:${name}`, cluster, service, live)]);
}

async function captureScaling(
  logicalName: string,
  cluster: string,
  service: string,
  live: LiveCrm,
): Promise<Findings> {
  const bounds = await live.observe({ kind: 'scaling-target', cluster, service });
  if (bounds === undefined) return { resources: {}, absent: [logicalName], problems: [] };
  const [resourceId, scalableDimension] = [`service/${cluster}/${service}`, 'ecs:service:DesiredCount'];
  return found({
    [logicalName]: {
      type: 'aws:appautoscaling/target:Target',
      importId: `ecs/${resourceId}/${scalableDimension}`,
      inputs: { serviceNamespace: 'ecs', resourceId, scalableDimension, ...bounds },
    },
  });
}
