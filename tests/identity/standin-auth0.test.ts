import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth0ClientInputs, auth0ConnectionInputs } from '../../connectors/auth0-facts.ts';
import { unknown } from '../../provider/protocol.ts';
import { auth0Provider } from '../../sandbox/standins/auth0/provider.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
let clients: Driven;
let connections: Driven;
let connectionClients: Driven;
beforeAll(async () => {
  server = await startServer();
  const provider = auth0Provider('0.0.0', server.environment);
  await provider.configure?.({ version: '0.0.0' });
  clients = driven(provider, 'auth0:index/client:Client');
  connections = driven(provider, 'auth0:index/connection:Connection');
  connectionClients = driven(provider, 'auth0:index/connectionClients:ConnectionClients');
});
afterAll(() => remove(server));

const portal = {
  description: 'Portal of the CRM',
  appType: 'regular_web',
  grantTypes: ['password', 'refresh_token'],
  callbacks: ['https://portal.example.test/callback'],
};

async function live(id: string) {
  const { name, description, app_type, grant_types, callbacks } = await server.api.clients.get(id);
  return { name, description, app_type, grant_types, callbacks };
}

describe('Client', () => {
  it('is imported by its client id; a program with the same values changes nothing', async () => {
    const { application } = await smallWorld(server, 'import');
    const state = await clients.import(application.clientId);
    expect(state.outputs).toEqual({
      clientId: application.clientId,
      name: 'crm-portal-import',
      description: '',
      appType: 'regular_web',
      grantTypes: ['password', 'refresh_token', 'client_credentials'],
      callbacks: ['https://portal.example.test/callback'],
    });
    expect((await clients.diff(state.inputs, state)).changes).toEqual({});
    const { id, ...facts } = { ...(await server.api.clients.get(application.clientId)), id: '' };
    expect(id).toBe('');
    const program = auth0ClientInputs({
      id,
      name: facts.name ?? '',
      description: facts.description ?? '',
      appType: facts.app_type ?? null,
      grantTypes: facts.grant_types ?? [],
      callbacks: facts.callbacks ?? [],
    });
    expect((await clients.diff(program, state)).changes).toEqual({});
  });

  it('never brings its secret into state', async () => {
    const { application } = await smallWorld(server, 'secret');
    const state = await clients.import(application.clientId);
    expect(JSON.stringify(state)).not.toContain(application.clientSecret);
  });

  it("shows Pulumi's own description as a change where the program gives none", async () => {
    const { application } = await smallWorld(server, 'described');
    const state = await clients.import(application.clientId);
    const program = { ...state.inputs, description: 'Managed by Pulumi' };
    expect((await clients.diff(program, state)).changes).toEqual({ description: 'update' });
  });

  it('sends an empty list, so that the right is really gone', async () => {
    const state = await clients.create({ name: 'emptied', ...portal });
    const program = { name: 'emptied', ...portal, grantTypes: [], callbacks: [] };
    expect((await clients.diff(program, state)).changes).toEqual({
      grantTypes: 'update',
      callbacks: 'update',
    });
    const updated = await clients.update(program, state);
    expect(await live(state.id)).toMatchObject({ grant_types: [], callbacks: [] });
    expect((await clients.diff(program, updated)).changes).toEqual({});
  });

  it('keeps a list that the program leaves out: callbacks as a change without end, grant types silently', async () => {
    const state = await clients.create({ name: 'left-out', ...portal });
    const program = { name: 'left-out', description: portal.description, appType: portal.appType };
    expect((await clients.diff(program, state)).changes).toEqual({ callbacks: 'delete' });
    const updated = await clients.update(program, state);
    expect(await live(state.id)).toMatchObject({
      grant_types: portal.grantTypes,
      callbacks: portal.callbacks,
    });
    expect((await clients.diff(program, updated)).changes).toEqual({ callbacks: 'delete' });
  });

  it('shows drift on refresh, and undefined once it is gone', async () => {
    const state = await clients.create({ name: 'drifting', ...portal });
    await server.api.clients.update(state.id, { grant_types: ['implicit'] });
    const refreshed = await clients.refresh(state);
    expect(refreshed?.outputs.grantTypes).toEqual(['implicit']);
    await clients.delete(state);
    await clients.delete(state);
    expect(await clients.refresh(state)).toBeUndefined();
  });

  it('is an error to update once it is gone', async () => {
    const state = await clients.create({ name: 'vanished', ...portal });
    await server.api.clients.delete(state.id);
    const update = clients.update({ name: 'vanished', ...portal, callbacks: [] }, state);
    await expect(update).rejects.toThrow('it does not exist');
  });
});

describe('Connection', () => {
  const options = { disableSignup: false, bruteForceProtection: true, passwordPolicy: 'good' };
  const program = (name: string, more: object = {}) => ({
    name,
    strategy: 'auth0',
    options: { ...options, ...more },
  });

  it('is imported by its id; the inputs that capture would write change nothing', async () => {
    const { connectionId } = await smallWorld(server, 'con-import');
    const state = await connections.import(connectionId);
    expect(state.outputs).toEqual({ name: 'crm-users-con-import', strategy: 'auth0', options });
    const { options: raw = {} } = await server.api.connections.get(connectionId);
    const captured = auth0ConnectionInputs({
      id: connectionId,
      name: 'crm-users-con-import',
      strategy: 'auth0',
      options: raw as Record<string, string | boolean>,
      enabledClients: [],
    });
    expect(await connections.diff(captured, state)).toEqual({ changes: {}, replaces: [] });
    expect((await connections.diff(state.inputs, state)).changes).toEqual({});
  });

  it('closes sign-up in place and keeps the options that the program repeats', async () => {
    const state = await connections.create(program('closing'));
    const closed = program('closing', { disableSignup: true });
    expect(await connections.diff(closed, state)).toEqual({
      changes: { 'options.disableSignup': 'update' },
      replaces: [],
    });
    await connections.update(closed, state);
    expect((await server.api.connections.get(state.id)).options).toEqual({
      disable_signup: true,
      brute_force_protection: true,
      passwordPolicy: 'good',
    });
  });

  it('loses an option that the program does not repeat', async () => {
    const state = await connections.create(program('forgetting'));
    const bare = { name: 'forgetting', strategy: 'auth0', options: { disableSignup: true } };
    expect((await connections.diff(bare, state)).changes).toEqual({
      'options.disableSignup': 'update',
      'options.bruteForceProtection': 'delete',
    });
    await connections.update(bare, state);
    expect((await server.api.connections.get(state.id)).options).toEqual({ disable_signup: true });
  });

  it('leaves all options alone when the program gives none', async () => {
    const state = await connections.create(program('optionless', { disableSignup: true }));
    expect((await connections.diff({ name: 'optionless', strategy: 'auth0' }, state)).changes).toEqual({});
    await connections.update({ name: 'optionless', strategy: 'auth0' }, state);
    const { options: kept } = await server.api.connections.get(state.id);
    expect(kept).toMatchObject({ disable_signup: true });
  });

  it('is replaced when its name changes', async () => {
    const state = await connections.create(program('old-name'));
    expect(await connections.diff(program('new-name'), state)).toEqual({
      changes: { name: 'update' },
      replaces: ['name'],
    });
  });

  it('takes its users with it, and is gone for a second delete and a second look', async () => {
    const { connectionId, userId } = await smallWorld(server, 'con-delete');
    const state = await connections.import(connectionId);
    await connections.delete(state);
    await connections.delete(state);
    expect(await connections.refresh(state)).toBeUndefined();
    await expect(server.api.users.get(userId)).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('ConnectionClients', () => {
  it('cannot be created where clients are enabled already: import is the way', async () => {
    const { connectionId, application } = await smallWorld(server, 'cc-create');
    const nobody = { connectionId, enabledClients: [] };
    await expect(connectionClients.create(nobody)).rejects.toThrow('already has enabled clients');
    const state = await connectionClients.import(connectionId);
    expect(state.outputs).toEqual({
      connectionId,
      name: 'crm-users-cc-create',
      strategy: 'auth0',
      enabledClients: [application.clientId],
    });
    const program = { connectionId, enabledClients: [application.clientId] };
    expect((await connectionClients.diff(program, state)).changes).toEqual({});
  });

  it('sends an empty list, and puts back what a step back names', async () => {
    const { connectionId, application } = await smallWorld(server, 'cc-empty');
    const state = await connectionClients.import(connectionId);
    const locked = await connectionClients.update({ connectionId, enabledClients: [] }, state);
    expect((await server.api.connections.clients.get(connectionId)).data).toEqual([]);
    expect((await connectionClients.diff({ connectionId, enabledClients: [] }, locked)).changes).toEqual({});
    await connectionClients.update({ connectionId, enabledClients: [application.clientId] }, locked);
    const { data } = await server.api.connections.clients.get(connectionId);
    expect(data).toEqual([{ client_id: application.clientId }]);
  });

  it('disables only the clients in state: one enabled since then stays enabled until a refresh', async () => {
    const { connectionId } = await smallWorld(server, 'cc-state');
    const state = await connectionClients.import(connectionId);
    const { client_id = '' } = await server.api.clients.create({ name: 'late-comer' });
    await server.api.connections.clients.update(connectionId, [{ client_id, status: true }]);
    const nobody = { connectionId, enabledClients: [] };
    const locked = await connectionClients.update(nobody, state);
    expect((await server.api.connections.clients.get(connectionId)).data).toEqual([{ client_id }]);
    // The update has read them back, so the next preview does show what is left.
    expect((await connectionClients.diff(nobody, locked)).changes).toEqual({ enabledClients: 'update' });
  });

  it('does not mind the order of its clients', async () => {
    const { connectionId, application } = await smallWorld(server, 'cc-order');
    const { client_id = '' } = await server.api.clients.create({ name: 'second' });
    await server.api.connections.clients.update(connectionId, [{ client_id, status: true }]);
    const state = await connectionClients.import(connectionId);
    for (const enabledClients of [
      [client_id, application.clientId],
      [application.clientId, client_id],
    ]) {
      expect((await connectionClients.diff({ connectionId, enabledClients }, state)).changes).toEqual({});
    }
  });

  it('fails for more than 50 changes, which the provider sends in one call', async () => {
    const { id: connectionId = '' } = await server.api.connections.create({
      name: 'cc-many',
      strategy: 'auth0',
    });
    const made = await Promise.all(
      Array.from({ length: 51 }, (_, index) => server.api.clients.create({ name: `many-${index}` })),
    );
    const enabledClients = made.map(({ client_id = '' }) => client_id);
    await expect(connectionClients.create({ connectionId, enabledClients })).rejects.toThrow('400');
    expect((await server.api.connections.clients.get(connectionId)).data).toEqual([]);
  });

  it('disables its clients on delete, and succeeds when the connection is gone', async () => {
    const { connectionId } = await smallWorld(server, 'cc-delete');
    const state = await connectionClients.import(connectionId);
    await connectionClients.delete(state);
    expect((await server.api.connections.clients.get(connectionId)).data).toEqual([]);
    await server.api.connections.delete(connectionId);
    await connectionClients.delete(state);
    expect(await connectionClients.refresh(state)).toBeUndefined();
  });
});

describe('what the stand-in does not know', () => {
  it.each([
    ['a property of a client', () => clients.create({ name: 'a', sso: true }), 'sso: unknown property'],
    ['a client without a name', () => clients.create({}), 'name: missing'],
    ['an option', () => connections.create({ name: 'a', strategy: 'auth0', options: { mfa: {} } }), 'mfa'],
    ['a strategy', () => connections.create({ name: 'a', strategy: 'samlp' }), 'database connections only'],
    [
      'the enabled clients of a connection',
      () => connections.create({ name: 'a', strategy: 'auth0', enabledClients: [] }),
      'enabledClients: unknown property',
    ],
  ])('%s is refused before anything is created', async (_what, work, message) => {
    await expect(work()).rejects.toThrow(message);
  });

  it('is refused as provider configuration too', async () => {
    const provider = auth0Provider('0.0.0', server.environment);
    await expect(provider.configure?.({ debug: true })).rejects.toThrow('debug');
  });

  it('includes a provider without its environment', async () => {
    const provider = auth0Provider('0.0.0', { ...server.environment, AUTH0_CLIENT_SECRET: '' });
    await expect(provider.configure?.({})).rejects.toThrow('AUTH0_CLIENT_SECRET');
  });
});

describe('a preview', () => {
  it('does nothing and answers with what it knows', async () => {
    const before = (await server.api.clients.list({ per_page: 100 })).data.length;
    const created = await clients.previewCreate({ name: 'only-previewed' });
    expect(created).toEqual({ id: '', outputs: { name: 'only-previewed' } });
    expect((await server.api.clients.list({ per_page: 100 })).data).toHaveLength(before);
  });

  it('takes values that are not known yet', async () => {
    const { outputs } = await connectionClients.previewCreate({
      connectionId: unknown,
      enabledClients: [unknown],
    });
    expect(outputs).toEqual({ connectionId: unknown, enabledClients: [unknown] });
  });

  it('of an update shows the new arguments over the old outputs and changes nothing', async () => {
    const { connectionId } = await smallWorld(server, 'preview');
    const state = await connections.import(connectionId);
    const program = {
      name: 'crm-users-preview',
      strategy: 'auth0',
      options: { disableSignup: true, bruteForceProtection: true },
    };
    expect(await connections.previewUpdate(program, state)).toMatchObject(program);
    expect((await server.api.connections.get(connectionId)).options?.disable_signup).toBeUndefined();
  });
});
