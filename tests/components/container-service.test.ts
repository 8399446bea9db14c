import { describe, expect, it } from '@jest/globals';
import {
  containerInputs,
  type ContainerInputs,
  scalingInputs,
  type ScalingInputs,
} from '../../components/container-service.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const service = (desiredCount: number) => ({ name: 'web', desiredCount }) as ContainerInputs;
const bounds = (minCapacity: number, maxCapacity: number) =>
  ({ resourceId: 'service/prod/web', minCapacity, maxCapacity }) as ScalingInputs;

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const stopped = allSteps.indexOf(step) >= allSteps.indexOf('revoked/services');

  it('an ECS service wants no task from revoked/services on, and as many as before until then', () => {
    expect(containerInputs(service(3), posture)).toEqual({ name: 'web', desiredCount: stopped ? 0 : 3 });
  });

  it('its scaler has no room from the same step on, so that nothing raises the count again', () => {
    const [minCapacity, maxCapacity] = stopped ? [0, 0] : [2, 6];
    expect(scalingInputs(bounds(2, 6), posture)).toEqual({
      resourceId: 'service/prod/web',
      minCapacity,
      maxCapacity,
    });
  });

  it('what stood still before the teardown is started by no step', () => {
    expect(containerInputs(service(0), posture).desiredCount).toBe(0);
    expect(scalingInputs(bounds(0, 0), posture)).toMatchObject({ minCapacity: 0, maxCapacity: 0 });
  });
});
