import { beforeAll, describe, expect, it } from '@jest/globals';
import { approve, intentOf } from '../../evidence/index.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { engineFiles, leaksOf, printedBy, systemFiles } from './leaks.ts';
import { moveTo, newSystem, storeOf, type System } from './system.ts';

/** A name that appears nowhere else, so that finding it anywhere is a leak. */
const approver = 'Canary Approver 7f3a';

let system: System;
let runs: readonly PulumiResult[];
let canaries: readonly string[];

beforeAll(async () => {
  system = await newSystem();
  runs = [...(await moveTo(system, 'active')), ...(await moveTo(system, 'read-only'))];
  const store = await storeOf(system);
  const digests = { inventory: 'x', former: 'x', program: 'x' };
  const intent = intentOf({ system: system.name, reason: 'x', digests }, { to: 'snapshotted', attempt: 1 });
  await approve({ store, step: 'snapshotted', attempt: 1, intent, approver, reason: 'a canary' });
  const { urls, customer, neighbourCustomer, portal, neighbour } = system.world.keys;
  const passwords = Object.values(urls).map((url) => decodeURIComponent(new URL(url).password));
  const people = [customer, neighbourCustomer].flatMap(({ email, password }) => [email, password]);
  const own = [system.sandbox.env.AUTH0_CLIENT_SECRET ?? '', approver];
  canaries = [...new Set([...passwords, ...people, portal.clientSecret, neighbour.clientSecret, ...own])];
}, 240_000);

describe('passwords, secrets and names of people', () => {
  it('are canaries that can be found: enough of them, and long enough', () => {
    expect(canaries.length).toBeGreaterThanOrEqual(10);
    for (const canary of canaries) expect(canary.length).toBeGreaterThan(7);
    const log = { place: 'a log', text: `log: ${canaries[0] ?? ''}` };
    expect(leaksOf([log], canaries)).toEqual(['canary 0 in a log']);
  });

  it('are in no state, history, backup, event log or stack file', () => {
    const files = engineFiles(system);
    for (const room of ['/state/', '/stacks/'])
      expect(files.filter(({ place }) => place.includes(room)).length).toBeGreaterThan(2);
    expect(leaksOf(files, canaries)).toEqual([]);
  });

  it('are in no ledger entry, attestation, former setting or inventory', () => {
    const files = systemFiles(system);
    expect(files.some(({ place }) => place.includes('ledger'))).toBe(true);
    expect(leaksOf(files, canaries)).toEqual([]);
  });

  it('are in nothing the engine printed', () => {
    expect(leaksOf(printedBy(runs), canaries)).toEqual([]);
  });
});
