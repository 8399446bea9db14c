import { describe, expect, it } from '@jest/globals';
import { answers, neighbourOf, sql } from './records.ts';
import { databaseOnly, moveTo, newSystem, positionOf, worldOf } from './system.ts';

/** The CRM's database on an instance that others use too. */
function onSharedInstance(inventory: Record<string, unknown>): Record<string, unknown> {
  const { instance, ...database } = inventory.database as Record<string, object>;
  const shared = { ...instance, ownership: 'shared', others: ['shop'] };
  return { ...databaseOnly(inventory), database: { ...database, instance: shared } };
}

describe('a system of one database on a shared instance', () => {
  it('is taken over unchanged, goes through its steps and is gone in the end; the instance is in no plan', async () => {
    const system = await newSystem(onSharedInstance);
    await sql(system, `CREATE DATABASE ${neighbourOf(system)}`);
    const before = await worldOf(system);
    const [adopted] = await moveTo(system, 'active');
    expect(await worldOf(system)).toEqual(before);
    expect(adopted?.changes).toMatchObject({ delete: 0, import: 4 });
    for (const step of system.loaded.plan.slice(1)) {
      const operations = (await moveTo(system, step, ['--skip-preview'])).flatMap((run) => run.operations);
      expect(operations.filter(({ type }) => type.startsWith('aws:'))).toEqual([]);
    }
    expect(await positionOf(system)).toMatchObject({
      step: 'destroyed/data',
      reached: true,
      deleteStarted: true,
    });
    const after = await worldOf(system);
    expect(after.aws).toEqual(before.aws);
    expect(after.identity).toEqual(before.identity);
    expect(await answers(system, neighbourOf(system))).toBe(true);
  }, 300_000);
});
