import { createContext, Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { sharedClientsInputs } from '../../components/customer-identity.ts';
import { clientGrantInputs } from '../../components/identity-api.ts';
import { rolePermissionsInputs } from '../../components/identity-role.ts';
import { peerClient } from '../../components/integration.ts';
import { denialCode, exemptions, isDenied } from '../../components/login-denial.ts';
import { isReading } from '../../components/scopes.ts';
import type { Inventory } from '../../inventory/index.ts';
import { allSteps, type Step } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const api = 'https://api.crm.example.test';
const inventory = {
  identity: { api: { identifier: api } },
  modules: [
    { name: 'ids', data: ['identity'], enforcedBy: 'token-scope', scopes: ['read:ids'] },
    { name: 'contacts', data: ['contact'], enforcedBy: 'token-scope', scopes: ['read:contacts'] },
  ],
  dataClasses: { identity: { sensitivity: 'sensitive' }, contact: { sensitivity: 'personal' } },
} as unknown as Inventory;
const scopes = ['read:ids', 'read:contacts', 'invoices:read', 'write:contacts', 'admin'];

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const closed = (first: Step): boolean => allSteps.indexOf(step) >= allSteps.indexOf(first);
  const allowed = scopes.filter((scope) => {
    if (closed('revoked/interfaces')) return false;
    if (scope === 'read:ids' && closed('revoked/sensitive')) return false;
    if (scope === 'read:contacts' && closed('revoked/modules')) return false;
    return !closed('read-only') || ['read:ids', 'read:contacts', 'invoices:read'].includes(scope);
  });

  it('a client grant keeps reading scopes, then those of no revoked module, then none', () => {
    const former = { clientId: 'c', audience: api, scopes };
    expect(clientGrantInputs(former, posture, inventory)).toEqual({ ...former, scopes: allowed });
    expect(clientGrantInputs({ ...former, scopes: [] }, posture, inventory).scopes).toEqual([]);
  });

  it("a role loses what a client grant loses; permissions in other products' APIs stay", () => {
    const permission = (name: string, resourceServerIdentifier: string) => ({
      name,
      resourceServerIdentifier,
    });
    const others = permission('write:orders', 'urn:shop');
    const former = { roleId: 'r', permissions: [...scopes.map((name) => permission(name, api)), others] };
    const names = rolePermissionsInputs(former, posture, inventory).permissions.map(({ name }) => name);
    expect(names).toEqual([...allowed, 'write:orders']);
  });

  it("of a shared connection the CRM's clients leave at revoked/accounts and nobody else", () => {
    const former = { connectionId: 'con', enabledClients: ['shop', 'portal', 'other'] };
    const { enabledClients } = sharedClientsInputs(former, ['portal', 'erp'], posture, false);
    expect(enabledClients).toEqual(
      closed('revoked/accounts') ? ['shop', 'other'] : ['shop', 'portal', 'other'],
    );
    expect(sharedClientsInputs(former, ['portal'], posture, true)).toEqual(former);
  });

  it('log-ins are denied from revoked/accounts until the identities go', () => {
    expect(isDenied(posture)).toBe(closed('revoked/accounts') && !closed('destroyed/identities'));
  });

  it('administrators are exempted until revoked/admins, a break-glass user always', () => {
    const system = {
      breakGlass: { auth0: 'auth0|sealed' },
      operators: [{ auth0Role: 'admins' }, {}],
    } as unknown as Inventory;
    expect(exemptions(system, posture)).toEqual({
      user: 'auth0|sealed',
      roles: closed('revoked/admins') ? [] : ['admins'],
    });
  });

  it('the client of a peer has no grant types from revoked/integrations on, and goes with the interfaces', () => {
    const open = closed('revoked/integrations') ? 'cut' : 'former';
    expect(peerClient(posture)).toBe(closed('destroyed/interfaces') ? 'removed' : open);
  });
});

describe('the denial', () => {
  async function isDeniedFor(event: unknown): Promise<boolean> {
    const exported: { onExecutePostLogin?: (event: unknown, api: unknown) => Promise<void> } = {};
    const code = denialCode(['portal', 'erp'], { user: 'auth0|sealed', roles: ['admins'] });
    new Script(code).runInContext(createContext({ exports: exported }));
    let denied = false;
    const access = { deny: () => (denied = true) };
    await exported.onExecutePostLogin?.(event, { access });
    return denied;
  }
  const event = (client_id: string, user_id = 'auth0|anna', roles: readonly string[] = []) => ({
    client: { client_id },
    user: { user_id },
    authorization: { roles },
  });

  it.each([
    ["the CRM's client", event('portal'), true],
    ['a client of another product', event('shop'), false],
    ['the break-glass user', event('portal', 'auth0|sealed'), false],
    ['an administrator', event('portal', 'auth0|adam', ['staff', 'admins']), false],
    ['a member of another role', event('portal', 'auth0|adam', ['staff']), true],
    ['no roles at all', { client: { client_id: 'erp' }, user: { user_id: 'auth0|anna' } }, true],
  ])('%s', async (_, given, denied) => {
    expect(await isDeniedFor(given)).toBe(denied);
  });

  it('is the same text for the same clients in any order', () => {
    const nobody = { roles: [] };
    expect(denialCode(['b', 'a'], nobody)).toBe(denialCode(['a', 'b'], nobody));
  });
});

describe('a scope', () => {
  it.each([
    ['read:contacts', true],
    ['contacts:read', true],
    ['contacts:read:all', false],
    ['reader:contacts', false],
    ['spread:read-it', false],
    ['write:contacts', false],
    ['', false],
  ])('%p reads: %p', (scope, reading) => {
    expect(isReading(scope)).toBe(reading);
  });
});
