import { expect, it } from '@jest/globals';
import { withServer, inDatabase } from '../../sandbox/database-picture.ts';
import { addLoad, loadOf } from './load-world.ts';
import { part } from './records.ts';
import { moveTo, positionOf } from './system.ts';
import { worldSystem } from './world-system.ts';

const accounts = 200_000;

/** Live resources of the vendors' providers, with what the teardown itself adds for them. */
const resources = 500;

it('a system of 200,000 accounts, 2,000 tables, 300 integrations and 500 resources is closed step by step to the end', async () => {
  const { system, world, stop } = await worldSystem([], { accounts, add: addLoad });
  try {
    const { database, urls } = world.keys.database;
    const [counted] = await withServer(inDatabase(urls.runner, database), (query) =>
      query(`SELECT (SELECT count(*)::int FROM app.accounts WHERE login LIKE 'account-%') AS accounts,
               (SELECT count(*)::int FROM pg_tables WHERE schemaname LIKE 'load%') AS tables`),
    );
    expect(counted).toEqual({ accounts, tables: loadOf.tables });
    expect(loadOf.tables).toBeGreaterThanOrEqual(2000);
    expect(system.loaded.inventory.integrations.length).toBeGreaterThanOrEqual(300);
    for (const step of system.loaded.plan) {
      await part(step, async () => {
        await moveTo(system, step, ['--skip-preview']);
      });
      if (step === 'revoked/admins') {
        const { resources: held } = await system.pulumi.state();
        const vendors = held.filter(({ custom, type }) => custom && !/^(pulumi|teardown):/.test(type));
        expect(vendors.length).toBeGreaterThanOrEqual(resources);
      }
    }
    expect(await positionOf(system)).toMatchObject({ step: 'destroyed/data', reached: true });
  } finally {
    await stop();
  }
}, 3_600_000);
