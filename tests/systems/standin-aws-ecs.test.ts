import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { services, type ServiceKeys } from '../../sandbox/world/services.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

jest.setTimeout(60_000);

let keys: ServiceKeys;
let ecs: Driven;
let targets: Driven;
const dimension = 'ecs:service:DesiredCount';
let count = 0;
beforeEach(async () => {
  const { env } = testSandbox();
  const surroundings = {
    environment: environmentOf(env),
    system: `ecs-${process.pid}-${(count += 1)}`,
    underscored: '',
    accounts: 1,
  };
  keys = await services.build(surroundings);
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  ecs = driven(provider, 'aws:ecs/service:Service');
  targets = driven(provider, 'aws:appautoscaling/target:Target');
});

const resourceId = () => `service/${keys.cluster}/${keys.service}`;

describe('ECS Service', () => {
  it('is imported by cluster and name without a difference, and only the desired count changes in place', async () => {
    const state = await ecs.import(`${keys.cluster}/${keys.service}`);
    expect(state.inputs).toMatchObject({ name: keys.service, desiredCount: 2 });
    expect((await ecs.diff(state.inputs, state)).changes).toEqual({});
    const stopped = { ...state.inputs, desiredCount: 0 };
    expect(await ecs.diff(stopped, state)).toEqual({ changes: { desiredCount: 'update' }, replaces: [] });
    expect((await ecs.refresh(await ecs.update(stopped, state)))?.outputs).toMatchObject({ desiredCount: 0 });
    const moved = await ecs.diff({ ...state.inputs, cluster: 'another' }, state);
    expect(moved.replaces).toEqual(['cluster']);
  });

  it('left out of the program, a desired count means none, not "as it is"', async () => {
    const state = await ecs.import(`${keys.cluster}/${keys.neighbour}`);
    const { desiredCount, ...rest } = state.inputs;
    expect(desiredCount).toBe(1);
    expect((await ecs.diff(rest, state)).changes).toEqual({ desiredCount: 'update' });
  });

  it('is deleted with its tasks; a second time and a second look find nothing', async () => {
    const state = await ecs.import(`${keys.cluster}/${keys.service}`);
    await ecs.delete(state);
    await ecs.delete(state);
    expect(await ecs.refresh(state)).toBeUndefined();
  });

  it('knows no other argument', async () => {
    const strange = ecs.create({ name: 'x', cluster: 'y', taskDefinition: 'z', forceDelete: true });
    await expect(strange).rejects.toThrow('forceDelete: unknown property');
  });
});

describe('scaling Target', () => {
  it('is imported by namespace, resource and dimension, and its bounds change in place', async () => {
    const state = await targets.import(`ecs/${resourceId()}/${dimension}`);
    expect(state.inputs).toMatchObject({ minCapacity: 2, maxCapacity: 6 });
    expect((await targets.diff(state.inputs, state)).changes).toEqual({});
    const closed = { ...state.inputs, minCapacity: 0, maxCapacity: 0 };
    const updated = await targets.update(closed, state);
    expect((await targets.refresh(updated))?.outputs).toMatchObject({ minCapacity: 0, maxCapacity: 0 });
  });

  it('is taken over by a create without a word, as the API does', async () => {
    const program = { serviceNamespace: 'ecs', resourceId: resourceId(), scalableDimension: dimension };
    const state = await targets.create({ ...program, minCapacity: 1, maxCapacity: 1 });
    expect((await targets.refresh(state))?.outputs).toMatchObject({ minCapacity: 1, maxCapacity: 1 });
    await targets.delete(state);
    expect(await targets.refresh(state)).toBeUndefined();
  });
});
