import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import type { Expectation, Posture } from '../lifecycle/index.ts';
import { type Adopted, adoption, formerOf, nothing, type Surroundings } from './closing.ts';

/**
 * An ECS service `cluster/service` and the scaling target that could raise it again. Stopped means zero in both, and in this order:
 * a scaler that still had a minimum would start the tasks anew
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html).
 */
export function containerService(
  parent: pulumi.Resource,
  name: string,
  place: string | undefined,
  { former, posture }: Pick<Surroundings, 'former' | 'posture'>,
): Adopted {
  if (place === undefined) return nothing;
  const [cluster = '', service = ''] = place.split('/');
  const target = { kind: 'ecs-service', cluster, service } as const;
  const bounds = { kind: 'scaling-target', cluster, service } as const;
  const scaled = former.resources[`scaling-target:${name}`];
  if (posture.services === 'removed') {
    return {
      resources: [],
      removed: [`ecs-service:${name}`, ...(scaled ? [`scaling-target:${name}`] : [])],
      expectations: [target, bounds].map((gone): Expectation => ({ target: gone, expect: 'absent' })),
    };
  }
  const scaling = scaled && scalingInputs(scaled.inputs as unknown as ScalingInputs, posture);
  const scaler =
    scaled && scaling
      ? [new aws.appautoscaling.Target(`scaling-target:${name}`, scaling, adoption(parent, scaled))]
      : [];
  const captured = formerOf(former, `ecs-service:${name}`);
  const inputs = containerInputs(captured.inputs as unknown as ContainerInputs, posture);
  const options = { ...adoption(parent, captured), dependsOn: scaler };
  return {
    resources: [...scaler, new aws.ecs.Service(`ecs-service:${name}`, inputs, options)],
    removed: [],
    expectations: [
      { target, expect: { desiredCount: inputs.desiredCount } },
      scaling
        ? { target: bounds, expect: { minCapacity: scaling.minCapacity, maxCapacity: scaling.maxCapacity } }
        : { target: bounds, expect: 'absent' },
    ],
  };
}

export type ContainerInputs = aws.ecs.ServiceArgs & { readonly desiredCount: number };

export function containerInputs(former: ContainerInputs, { services }: Posture): ContainerInputs {
  return { ...former, desiredCount: services === 'running' ? former.desiredCount : 0 };
}

export type ScalingInputs = aws.appautoscaling.TargetArgs & {
  readonly minCapacity: number;
  readonly maxCapacity: number;
};

export function scalingInputs(former: ScalingInputs, { services }: Posture): ScalingInputs {
  const { minCapacity, maxCapacity } = services === 'running' ? former : { minCapacity: 0, maxCapacity: 0 };
  return { ...former, minCapacity, maxCapacity };
}
