import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { approve, intentOf } from '../../evidence/index.ts';
import { type PulumiResult } from '../../sandbox/index.ts';
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

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function leaks(text: string): readonly number[] {
  return canaries.flatMap((canary, i) => (text.includes(canary) ? [i] : []));
}

describe('passwords, secrets and names of people', () => {
  it('are canaries that can be found: enough of them, and long enough', () => {
    expect(canaries.length).toBeGreaterThanOrEqual(10);
    for (const canary of canaries) expect(canary.length).toBeGreaterThan(7);
    expect(leaks(`log: ${canaries[0] ?? ''}`)).toEqual([0]);
  });

  it('are in no state, history, backup, event log or stack file', () => {
    for (const room of ['state', 'stacks']) {
      const files = filesIn(join(system.sandbox.directory, room));
      expect(files.length).toBeGreaterThan(2);
      for (const file of files) expect([file, leaks(readFileSync(file, 'latin1'))]).toEqual([file, []]);
    }
  });

  it('are in no ledger entry, attestation, former setting or inventory', () => {
    const files = filesIn(system.directory);
    expect(files.some((file) => file.includes('ledger'))).toBe(true);
    for (const file of files) expect([file, leaks(readFileSync(file, 'latin1'))]).toEqual([file, []]);
  });

  it('are in nothing the engine printed', () => {
    for (const { stdout, stderr } of runs) expect(leaks(stdout + stderr)).toEqual([]);
  });
});
