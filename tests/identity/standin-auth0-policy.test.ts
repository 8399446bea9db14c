import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth0Provider } from '../../sandbox/standins/auth0/provider.ts';
import { machineToken } from '../../sandbox/identity/index.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
let of: (type: string) => Driven;
beforeAll(async () => {
  server = await startServer();
  const provider = auth0Provider('0.0.0', server.environment);
  await provider.configure?.({ version: '0.0.0' });
  of = (type) => driven(provider, `auth0:index/${type}`);
});
afterAll(() => remove(server));

describe('ClientGrant and RolePermissions', () => {
  it('a created grant adopts the one that is there and writes no scopes; without a grant there is no token', async () => {
    const { application } = await smallWorld(server, 'grant');
    const audience = 'urn:grant';
    const scopes = [{ value: 'read:a' }, { value: 'write:a' }];
    await server.api.resourceServers.create({ identifier: audience, scopes });
    expect(await machineToken(application, audience)).toMatchObject({ allowed: false });
    const client_id = application.clientId;
    const { id = '' } = await server.api.clientGrants.create({ client_id, audience, scope: ['write:a'] });
    const grants = of('clientGrant:ClientGrant');
    const state = await grants.create({ clientId: client_id, audience, scopes: [] });
    expect(state.id).toBe(id);
    expect((await server.api.clientGrants.get(id)).scope).toEqual(['write:a']);
    expect(await machineToken(application, audience)).toMatchObject({ tokens: { scope: 'write:a' } });
    const imported = await grants.import(id);
    await grants.update({ ...imported.inputs, scopes: [] }, imported);
    expect((await server.api.clientGrants.get(id)).scope).toEqual([]);
  });

  it('permissions created as [] take nothing away', async () => {
    await server.api.resourceServers.create({ identifier: 'urn:role', scopes: [{ value: 'read:a' }] });
    const { id = '' } = await server.api.roles.create({ name: 'staff' });
    const permission = { permission_name: 'read:a', resource_server_identifier: 'urn:role' };
    await server.api.roles.permissions.add(id, { permissions: [permission] });
    const held = of('rolePermissions:RolePermissions');
    await held.create({ roleId: id, permissions: [] });
    const count = async () => (await server.api.roles.permissions.list(id)).data.length;
    expect(await count()).toBe(1);
    const imported = await held.import(id);
    await held.update({ ...imported.inputs, permissions: [] }, imported);
    expect(await count()).toBe(0);
  });
});
