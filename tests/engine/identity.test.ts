import { mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { capture } from '../../adopt/index.ts';
import { observe } from '../../connectors/index.ts';
import { createStore, openStore } from '../../evidence/index.ts';
import { loadInventory } from '../../inventory/index.ts';
import { type Step } from '../../lifecycle/index.ts';
import { expectedOf } from '../../sandbox/demo/attempts.ts';
import { identityDoors } from '../../sandbox/demo/doors/identity.ts';
import { Pulumi } from '../../sandbox/index.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { identity, type IdentityKeys } from '../../sandbox/world/identity.ts';
import { postures } from '../../stacks/index.ts';
import { testSandbox } from '../sandbox-name.ts';
import { moveTo, type System } from './system.ts';

const reason = 'a test of the engine';

function inventoryOf(system: string): object {
  return {
    system,
    reason: { code: 'replaced', text: 'Moved' },
    breakGlass: { database: 'sealed' },
    evidenceStore: './evidence',
    timing: { notice: '30 days' },
    dataClasses: { contact: { sensitivity: 'personal', basis: 'contract', keep: '3 years', hold: 'none' } },
    modules: [
      {
        name: 'contacts',
        data: ['contact'],
        enforcedBy: 'token-scope',
        scopes: ['read:contacts', 'write:contacts'],
      },
    ],
    identity: {
      tenant: { domain: 'sample.eu.auth0.test', ownership: 'shared', others: ['web-shop'] },
      connections: [
        { name: `${system}-users`, ownership: 'exclusive' },
        { name: `${system}-shared-users`, ownership: 'shared' },
      ],
      api: { identifier: `https://api.${system}.example.test`, ownership: 'exclusive' },
      roles: [{ name: `${system}-staff`, ownership: 'exclusive' }],
    },
    interfaces: [{ name: 'portal', client: `${system}-portal`, ownership: 'exclusive' }],
    integrations: [
      {
        name: 'erp',
        kind: 'sync',
        client: `${system}-erp`,
        peer: 'ERP',
        owner: 'finance',
        ownership: 'exclusive',
      },
    ],
    operators: [{ name: 'administrators', auth0Role: `${system}-administrators`, ownership: 'exclusive' }],
    features: {
      'mail-campaigns': 'absent',
      sms: 'absent',
      'mobile-app': 'absent',
      dashboards: 'absent',
      'auto-update': 'absent',
    },
    notices: [{ to: 'customers', sent: '2026-09-01', proof: 'mail' }],
  };
}

/** Every door as the posture of the step says. */
async function expectDoors(step: Step, keys: IdentityKeys): Promise<void> {
  const seen: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const door of identityDoors) {
    const name = `${step}: ${door.principal} ${door.attempt}`;
    seen[name] = await door.run(keys);
    expected[name] = expectedOf(door, postures[step]);
  }
  expect(seen).toEqual(expected);
}

/** A tenant with the CRM and the web shop, captured; its stack is new. */
async function newTenant(edit: object = {}) {
  const sandbox = testSandbox();
  const name = `t-${randomBytes(4).toString('hex')}`;
  const environment = environmentOf(sandbox.env);
  const surroundings = { environment, system: name, underscored: name.replaceAll('-', '_'), accounts: 100 };
  const keys = await identity.build(surroundings);
  const directory = join(sandbox.directory, 'systems', name);
  mkdirSync(directory, { recursive: true });
  const inventory = join(directory, `${name}.inventory.yaml`);
  writeFileSync(inventory, stringify({ ...inventoryOf(name), ...edit }));
  const loaded = await loadInventory(inventory);
  await createStore(loaded.evidenceStore, { system: name, sandbox: true });
  const pulumi = new Pulumi({ sandbox, stack: name });
  await pulumi.init({ stage: 'active', reason, inventory });
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  const system = { name, sandbox, pulumi, inventory, directory, loaded } as unknown as System;
  const picture = async () => (await identity.read(surroundings)) as Readonly<Record<string, unknown>>;
  return { system, keys, picture, name, plan: loaded.plan };
}

describe('a system that is nothing but identities on a shared tenant', () => {
  it('is taken over unchanged, closes door by door and comes back; the web shop goes on', async () => {
    const { system, keys, picture, plan } = await newTenant();
    const before = await picture();
    const [adopted] = await moveTo(system, 'active');
    expect(await picture()).toEqual(before);
    expect(adopted?.changes).toMatchObject({ import: 11, update: 0, delete: 0 });
    await expectDoors('active', keys);
    for (const step of plan.slice(1, plan.indexOf('snapshotted') + 1)) {
      await moveTo(system, step, ['--skip-preview']);
      await expectDoors(step, keys);
    }
    await moveTo(system, 'active', ['--skip-preview']);
    expect(withoutCounts(await picture())).toEqual(withoutCounts(before));
    await expectDoors('active', keys);
  }, 400_000);

  it('is gone in the end, with its action; the tenant of the web shop is as it was', async () => {
    const together = [['accounts', 'modules', 'interfaces', 'integrations', 'admins']];
    const { system, keys, picture, name, plan } = await newTenant({ together });
    const before = await picture();
    for (const step of plan) await moveTo(system, step, ['--skip-preview']);
    await expectDoors(plan.at(-1) ?? 'active', keys);
    expect(await picture()).toMatchObject({
      [`client ${name}-portal`]: null,
      [`client ${name}-erp`]: null,
      [`client ${name}-web-shop`]: before[`client ${name}-web-shop`],
      [`connection ${name}-users`]: null,
      [`connection ${name}-web-shop-users`]: before[`connection ${name}-web-shop-users`],
      [`role ${name}-staff`]: null,
      api: null,
      grants: [],
      bound: before.bound,
    });
    expect(await observe({ kind: 'auth0-action', name: `${name}-teardown-deny` })).toBeUndefined();
  }, 400_000);
});

/** The newcomer of the doors is one account more. */
function withoutCounts(picture: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(picture).replaceAll(/"accounts":\d+/g, '"accounts":0'));
}
