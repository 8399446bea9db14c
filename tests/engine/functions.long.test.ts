import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { functionDoors } from '../../sandbox/demo/doors/services.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { functions } from '../../sandbox/world/functions.ts';
import { partSystem } from './part-system.ts';
import { moveTo } from './system.ts';
import { tryDoors } from './doors.ts';

const quickly = ['--skip-preview'];

/** Kinds of the resources named after a function that an update changed, in the order in which they were begun. */
function changedOf(run: PulumiResult | undefined, lambda: string): readonly string[] {
  return (run?.operations ?? [])
    .filter(({ op }) => op === 'update')
    .map(({ urn }) => urn.split('::').at(-1) ?? '')
    .filter((name) => name.includes(`:${lambda}`))
    .map((name) => name.split(':')[0] ?? '');
}

describe('a back end of functions', () => {
  it('is taken over unchanged, stopped from its starters on, started again, stopped and removed', async () => {
    const { system, keys, picture } = await partSystem(functions, (name) => ({
      services: [
        { name: 'import', lambda: `${name}-importer`, rule: `${name}-corrections`, ownership: 'exclusive' },
        { name: 'export', lambda: `${name}-nightly`, schedule: `${name}-nightly`, ownership: 'exclusive' },
      ],
    }));
    const before = await picture();
    const [adopted] = await moveTo(system, 'active');
    expect(adopted?.changes).toMatchObject({ import: 6, update: 0, delete: 0 });
    expect(await picture()).toEqual(before);
    await tryDoors(functionDoors, keys, 'active');
    await moveTo(system, 'read-only', quickly);
    expect(await picture()).toEqual(before);

    const [stopping] = await moveTo(system, 'revoked/services', quickly);
    expect(changedOf(stopping, keys.importer)).toEqual(['event-source-mapping', 'function']);
    await tryDoors(functionDoors, keys, 'revoked/services');
    const [starting] = await moveTo(system, 'active', quickly);
    expect(changedOf(starting, keys.importer)).toEqual(['function', 'event-source-mapping']);
    expect(await picture()).toEqual(before);
    await tryDoors(functionDoors, keys, 'active');

    for (const step of system.loaded.plan.slice(1)) {
      await moveTo(system, step, quickly);
      await tryDoors(functionDoors, keys, step);
    }
    const [, , neighbour] = (before as unknown as { readonly functions: readonly unknown[] }).functions;
    expect(await picture()).toEqual({ functions: [null, null, neighbour], rule: null, schedule: null });
    expect(readFileSync(system.loaded.paths.former, 'utf8')).not.toMatch(/amazonaws\.com\/.*zip|"code"/i);
  }, 300_000);
});
