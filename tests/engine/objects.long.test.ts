import { describe, expect, it } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { expectedOf } from '../../sandbox/demo/door.ts';
import { objectDoors } from '../../sandbox/demo/doors/objects.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { database, type DatabaseKeys } from '../../sandbox/world/database.ts';
import { identity, type IdentityKeys } from '../../sandbox/world/identity.ts';
import { openShop } from '../../sandbox/world/neighbour.ts';
import { type NeighbourKeys, testNeighbour } from '../../sandbox/world/neighbour-suite.ts';
import { type ObjectKeys, objects } from '../../sandbox/world/objects.ts';
import type { Part } from '../../sandbox/world/part.ts';
import { type ServiceKeys, services } from '../../sandbox/world/services.ts';
import { postures } from '../../stacks/index.ts';
import { testSandbox } from '../sandbox-name.ts';
import { partSystem } from './part-system.ts';
import { moveTo } from './system.ts';

/** The bucket, and the web shop on it and on everything else that it shares with the CRM. */
const withTheShop: Part<ObjectKeys & DatabaseKeys & IdentityKeys & ServiceKeys> = {
  build: async (surroundings) => ({
    ...(await database.build(surroundings)),
    ...(await identity.build(surroundings)),
    ...(await services.build(surroundings)),
    ...(await objects.build(surroundings)),
  }),
  read: (surroundings) => objects.read(surroundings),
};

const account = 'arn:aws:iam::123456789012:user';

function sectionsOf(system: string): Readonly<Record<string, unknown>> {
  return {
    runner: { aws: `${account}/teardown-runner` },
    breakGlass: { aws: `${account}/${system}-break-glass` },
    dataClasses: { contact: { sensitivity: 'personal', basis: 'contract', keep: '3 years', hold: 'none' } },
    objects: [
      {
        name: 'attachments',
        bucket: `${system}-shared-files`,
        prefix: 'crm/',
        ownership: 'shared',
        data: ['contact'],
      },
    ],
  };
}

/** Every door as the posture of the step says, and the neighbour's own suite whole. */
async function expectDoors(step: Step, keys: ObjectKeys, shop: NeighbourKeys): Promise<void> {
  const seen: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const door of objectDoors) {
    const name = `${step}: ${door.principal} ${door.attempt}`;
    seen[name] = await door.run(keys);
    expected[name] = expectedOf(door, postures[step]);
  }
  expect(seen).toEqual(expected);
  const wrong = (await testNeighbour(shop)).filter(({ result }) => result !== 'passed');
  expect({ step, wrong }).toEqual({ step, wrong: [] });
}

describe('the CRM’s objects in a bucket that others use too', () => {
  it('are taken over unchanged, closed, opened again, and gone in the end; the rest of the bucket stays', async () => {
    const { system, keys, picture } = await partSystem(withTheShop, sectionsOf);
    const shop = await openShop(environmentOf(testSandbox().env), keys);
    const policy = () => observe({ kind: 'bucket-policy', bucket: keys.bucket });
    const look = (step: Step) => expectDoors(step, keys, shop.keys);
    try {
      const before = await picture();
      const policyBefore = await policy();
      const [adopted] = await moveTo(system, 'active');
      expect(adopted?.changes).toMatchObject({ import: 0, update: 0, delete: 0 });
      expect(await picture()).toEqual(before);
      await look('active');
      const { plan } = system.loaded;
      for (const step of plan.slice(1, plan.indexOf('snapshotted') + 1)) {
        await moveTo(system, step, ['--skip-preview']);
        await look(step);
        expect(await policy()).not.toEqual(policyBefore);
      }
      await moveTo(system, 'active', ['--skip-preview']);
      expect(await picture()).toEqual(before);
      await look('active');

      for (const step of plan.slice(1)) {
        await moveTo(system, step, ['--skip-preview']);
        await look(step);
      }
      expect(plan.at(-1)).toBe('destroyed/data');
      expect(await picture()).toEqual({ ...(before as object), crm: [] });
    } finally {
      await shop.close();
    }
  }, 400_000);
});
