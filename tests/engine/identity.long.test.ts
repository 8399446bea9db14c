import { describe, expect, it } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { expectedOf } from '../../sandbox/demo/door.ts';
import { identityDoors } from '../../sandbox/demo/doors/identity.ts';
import { identity, type IdentityKeys } from '../../sandbox/world/identity.ts';
import { postures } from '../../stacks/index.ts';
import { partSystem } from './part-system.ts';
import { moveTo } from './system.ts';

function sectionsOf(system: string): object {
  return {
    breakGlass: { database: 'sealed' },
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
  const made = await partSystem(identity, (name) => ({ ...sectionsOf(name), ...edit }));
  const picture = async () => (await made.picture()) as Readonly<Record<string, unknown>>;
  const { name, loaded } = made.system;
  return { ...made, picture, name, plan: loaded.plan };
}

describe('a system that is nothing but identities on a shared tenant', () => {
  it('is taken over unchanged, closes door by door and comes back; the web shop goes on', async () => {
    const { system, keys, picture, plan } = await newTenant();
    const before = await picture();
    const [adopted] = await moveTo(system, 'active');
    expect(await picture()).toEqual(before);
    expect(adopted?.changes).toMatchObject({ import: 10, update: 0, delete: 0 });
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
