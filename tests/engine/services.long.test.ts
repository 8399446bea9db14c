import { describe, expect, it } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import { services } from '../../sandbox/world/services.ts';
import { partSystem } from './part-system.ts';
import { moveTo, positionOf } from './system.ts';

describe('a service in a cluster that others use too', () => {
  it('is taken over unchanged, stopped with its scaler, started again on the way back, and gone in the end', async () => {
    const { system, keys, picture } = await partSystem(services, (name) => ({
      services: [{ name: 'web', ecs: `${name}-cluster/${name}-web`, ownership: 'exclusive' }],
    }));
    const { cluster, service, neighbour } = keys;
    const running = (name: string) => observe({ kind: 'ecs-service', cluster, service: name });
    const scaler = () => observe({ kind: 'scaling-target', cluster, service });
    const before = await picture();

    const [adopted] = await moveTo(system, 'active');
    expect(adopted?.changes).toMatchObject({ import: 2, update: 0, delete: 0 });
    expect(await picture()).toEqual(before);
    await moveTo(system, 'read-only');
    expect(await picture()).toEqual(before);

    await moveTo(system, 'revoked/services');
    expect(await running(service)).toMatchObject({ desiredCount: 0 });
    expect(await scaler()).toEqual({ minCapacity: 0, maxCapacity: 0 });
    expect(await running(neighbour)).toMatchObject({ desiredCount: 1 });

    await moveTo(system, 'active', ['--skip-preview']);
    expect(await picture()).toEqual(before);

    for (const step of system.loaded.plan.slice(1)) await moveTo(system, step, ['--skip-preview']);
    expect(await positionOf(system)).toMatchObject({ step: 'destroyed/services', reached: true });
    expect(await running(service)).toBeUndefined();
    expect(await scaler()).toBeUndefined();
    expect(await running(neighbour)).toMatchObject({ desiredCount: 1 });
  }, 300_000);

  it('that is not there is named by capture, before anything is taken over', async () => {
    const missing = partSystem(services, (name) => ({
      services: [{ name: 'web', ecs: `${name}-cluster/${name}-wbe`, ownership: 'exclusive' }],
    }));
    await expect(missing).rejects.toThrow(
      /capture-absent[^]*ECS service p-[0-9a-f]+-cluster\/p-[0-9a-f]+-wbe/,
    );
  });
});
