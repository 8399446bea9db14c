import { describe, expect, it } from '@jest/globals';
import { databaseOnly, moveTo, newSystem, positionOf, worldOf } from './system.ts';

describe('a system of one database', () => {
  it('is taken over unchanged, goes through its steps and is gone in the end', async () => {
    const system = await newSystem(databaseOnly);
    const before = await worldOf(system);
    const [adopted] = await moveTo(system, 'active');
    expect(await worldOf(system)).toEqual(before);
    expect(adopted?.changes).toMatchObject({ delete: 0, import: 4 });
    for (const step of system.loaded.plan.slice(1)) await moveTo(system, step);
    expect(await positionOf(system)).toMatchObject({
      step: 'destroyed/data',
      reached: true,
      deleteStarted: true,
    });
    const after = await worldOf(system);
    expect(after.aws).toEqual(before.aws);
    expect(after.identity).toEqual(before.identity);
  }, 300_000);
});
