import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => remove(server));

/** A call the SDK's types would not let through. */
async function raw(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const token = await fetch(`https://${server.domain}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: server.management.clientId,
      client_secret: server.management.clientSecret,
      audience: `https://${server.domain}/api/v2/`,
    }),
  });
  const { access_token } = (await token.json()) as { access_token: string };
  const response = await fetch(`https://${server.domain}${path}`, {
    method,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('what it does not know', () => {
  it.each([
    ['an unknown path', 'GET', '/api/v2/organizations', undefined, 404],
    ['an unknown field of a body', 'POST', '/api/v2/clients', { name: 'a', logo_uri: 'https://x.test' }, 400],
    ['an unknown value', 'POST', '/api/v2/clients', { name: 'a', grant_types: ['magic'] }, 400],
    ['an unknown query parameter', 'GET', '/api/v2/connections?page=0', undefined, 400],
    ['an unknown strategy', 'POST', '/api/v2/connections', { name: 'a', strategy: 'samlp' }, 400],
    ['enabled_clients of a connection', 'PATCH', '/api/v2/connections/con_x', { enabled_clients: [] }, 404],
    ['a query language it cannot speak', 'GET', '/api/v2/users?q=email:*', undefined, 400],
  ])('%s is refused in the shape of the vendor', async (_what, method, path, body, status) => {
    const answer = await raw(method, path, body);
    expect(answer).toMatchObject({ status, body: { statusCode: status } });
    expect(Object.keys(answer.body as object)).toEqual(expect.arrayContaining(['error', 'message']));
  });

  it('names the field it refuses', async () => {
    const { body } = await raw('POST', '/api/v2/clients', { name: 'a', logo_uri: 'x' });
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: "Payload validation error: 'Additional properties not allowed: logo_uri'.",
      errorCode: 'invalid_body',
    });
  });

  it('no longer takes the clients of a connection with the connection', async () => {
    const { connectionId } = await smallWorld(server, 'left-api');
    const answer = await raw('PATCH', `/api/v2/connections/${connectionId}`, { enabled_clients: [] });
    expect(answer.status).toBe(400);
  });
});

describe('who may call', () => {
  it.each([
    ['nobody', undefined],
    ['a forged token', 'Bearer a.b.c'],
  ])('not %s', async (_who, authorization) => {
    const response = await fetch(`https://${server.domain}/api/v2/clients`, {
      headers: authorization ? { authorization } : {},
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ statusCode: 401, error: 'Unauthorized' });
  });
});

describe('clients', () => {
  it('may share a name, unlike connections', async () => {
    await server.api.clients.create({ name: 'twin' });
    await server.api.clients.create({ name: 'twin' });
    const all = await server.api.clients.list({ per_page: 100 });
    expect(all.data.filter(({ name }) => name === 'twin')).toHaveLength(2);
    await server.api.connections.create({ name: 'only-one', strategy: 'auth0' });
    const again = server.api.connections.create({ name: 'only-one', strategy: 'auth0' });
    await expect(again).rejects.toMatchObject({ statusCode: 409 });
  });

  it('keep what a PATCH does not name, and lose what it sets to an empty list', async () => {
    const { client_id: id = '' } = await server.api.clients.create({
      name: 'patched',
      grant_types: ['password'],
      callbacks: ['https://a.example.test'],
    });
    await server.api.clients.update(id, { grant_types: [] });
    const { grant_types, callbacks } = await server.api.clients.get(id);
    expect({ grant_types, callbacks }).toEqual({ grant_types: [], callbacks: ['https://a.example.test'] });
  });

  it('show only the fields asked for, so that a reader need not be given secrets', async () => {
    const { client_id: id = '' } = await server.api.clients.create({ name: 'discreet' });
    expect(await server.api.clients.get(id, { fields: 'name' })).toEqual({ name: 'discreet' });
  });

  it('are gone with a 404 after their delete', async () => {
    const { client_id: id = '' } = await server.api.clients.create({ name: 'short-lived' });
    await server.api.clients.delete(id);
    await expect(server.api.clients.get(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(server.api.clients.delete(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('leave the connections they were enabled for when they are deleted', async () => {
    const { application, connectionId } = await smallWorld(server, 'leaving');
    await server.api.clients.delete(application.clientId);
    expect((await server.api.connections.clients.get(connectionId)).data).toEqual([]);
  });
});

describe('connections', () => {
  it('lose every option that a PATCH of options does not send', async () => {
    const { id = '' } = await server.api.connections.create({ name: 'forgetful', strategy: 'auth0' });
    await server.api.connections.update(id, { options: { disable_signup: true } });
    expect((await server.api.connections.get(id)).options).toEqual({ disable_signup: true });
  });

  it('are found by their exact name', async () => {
    await server.api.connections.create({ name: 'shop-users', strategy: 'auth0' });
    const found = await server.api.connections.list({ name: 'shop' });
    expect(found.data).toEqual([]);
    expect((await server.api.connections.list({ name: 'shop-users' })).data).toHaveLength(1);
  });

  it('take their users with them', async () => {
    const { connectionId, userId, account } = await smallWorld(server, 'with-users');
    await server.api.connections.delete(connectionId);
    await expect(server.api.users.get(userId)).rejects.toMatchObject({ statusCode: 404 });
    const left = await server.api.users.list({ q: `identities.connection:"${account.connection}"` });
    expect(left.data).toEqual([]);
  });

  it('page their clients by checkpoint, and take at most 50 changes in one call', async () => {
    const { id = '' } = await server.api.connections.create({ name: 'crowded', strategy: 'auth0' });
    const made = await Promise.all(
      Array.from({ length: 51 }, (_, index) => server.api.clients.create({ name: `crowd-${index}` })),
    );
    const changes = made.map(({ client_id = '' }) => ({ client_id, status: true }));
    const tooMany = server.api.connections.clients.update(id, changes);
    await expect(tooMany).rejects.toMatchObject({ statusCode: 400 });
    await server.api.connections.clients.update(id, changes.slice(0, 50));
    await server.api.connections.clients.update(id, changes.slice(50));
    const first = await server.api.connections.clients.get(id, { take: 20 });
    expect(first.data).toHaveLength(20);
    const all: string[] = [];
    for await (const { client_id } of first) all.push(client_id);
    expect(new Set(all)).toEqual(new Set(changes.map(({ client_id }) => client_id)));
  });

  it('show each one exactly once, though others come and go between two pages', async () => {
    const make = (name: string) => server.api.connections.create({ name, strategy: 'auth0' });
    const steady = await Promise.all(['s1', 's2', 's3', 's4', 's5'].map(make));
    const passing = await Promise.all(['p1', 'p2', 'p3'].map(make));
    let page = await server.api.connections.list({ take: 2 });
    const seen = page.data.map(({ id }) => id);
    for (const { id = '' } of passing) await server.api.connections.delete(id);
    while (page.hasNextPage()) {
      page = await page.getNextPage();
      seen.push(...page.data.map(({ id }) => id));
    }
    for (const { id } of steady) expect(seen.filter((one) => one === id)).toEqual([id]);
  });
});

describe('users', () => {
  it('never show a password, not even its hash', async () => {
    const { userId } = await smallWorld(server, 'shown');
    const user = await server.api.users.get(userId);
    expect(JSON.stringify(user)).not.toMatch(/password|correct horse/);
  });

  it('have one address per connection', async () => {
    const { account } = await smallWorld(server, 'addresses');
    const twice = server.api.users.create({ ...account, email: account.email.toUpperCase() });
    await expect(twice).rejects.toMatchObject({ statusCode: 409 });
  });

  it('cannot be paged beyond the first 1,000', async () => {
    const page = server.api.users.list({ page: 10, per_page: 100 });
    await expect(page).rejects.toMatchObject({ statusCode: 400, body: { errorCode: 'invalid_paging' } });
  });
});
