import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn, machineToken, refresh, signUp } from '../../sandbox/identity/index.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => remove(server));

async function loggedIn(suffix: string) {
  const world = await smallWorld(server, suffix);
  const answer = await logIn(world.application, world.account);
  if (!answer.allowed) throw new Error(answer.error);
  return { ...world, refreshToken: String(answer.tokens.refresh_token) };
}

describe('a log-in', () => {
  it('gives an access token and a refresh token', async () => {
    const { application, account } = await smallWorld(server, 'login');
    expect(await logIn(application, account)).toMatchObject({
      allowed: true,
      tokens: { token_type: 'Bearer', access_token: expect.any(String), refresh_token: expect.any(String) },
    });
  });

  it('is refused for a wrong password and for an unknown address with the same words', async () => {
    const { application, account } = await smallWorld(server, 'wrong');
    const refusal = { allowed: false, status: 403, error: 'invalid_grant' };
    expect(await logIn(application, { ...account, password: 'x' })).toEqual(refusal);
    expect(await logIn(application, { ...account, email: 'nobody@example.test' })).toEqual(refusal);
  });

  it('is refused for a blocked user', async () => {
    const { application, account, userId } = await smallWorld(server, 'blocked');
    await server.api.users.update(userId, { blocked: true });
    expect(await logIn(application, account)).toEqual({ allowed: false, status: 401, error: 'unauthorized' });
    await server.api.users.update(userId, { blocked: false });
    expect(await logIn(application, account)).toMatchObject({ allowed: true });
  });

  it('is refused for a client whose grant types lack it', async () => {
    const { application, account } = await smallWorld(server, 'grants');
    await server.api.clients.update(application.clientId, { grant_types: [] });
    const answer = await logIn(application, account);
    expect(answer).toEqual({ allowed: false, status: 403, error: 'unauthorized_client' });
  });

  it('is refused for a connection that is not enabled for the client', async () => {
    const { application, account, connectionId } = await smallWorld(server, 'disabled');
    const change = [{ client_id: application.clientId, status: false }];
    await server.api.connections.clients.update(connectionId, change);
    const answer = await logIn(application, account);
    expect(answer).toEqual({ allowed: false, status: 400, error: 'invalid_request' });
  });

  it('is refused for a client that is gone or whose secret is wrong', async () => {
    const { application, account } = await smallWorld(server, 'secret');
    const refusal = { allowed: false, status: 401, error: 'access_denied' };
    expect(await logIn({ ...application, clientSecret: 'x' }, account)).toEqual(refusal);
    await server.api.clients.delete(application.clientId);
    expect(await logIn(application, account)).toEqual(refusal);
  });
});

describe('a refresh token', () => {
  it('gives a new access token', async () => {
    const { application, refreshToken } = await loggedIn('refresh');
    expect(await refresh(application, refreshToken)).toMatchObject({ allowed: true });
  });

  it('outlives the switching off of its connection, which only stops new log-ins', async () => {
    const { application, refreshToken, connectionId } = await loggedIn('refresh-off');
    const change = [{ client_id: application.clientId, status: false }];
    await server.api.connections.clients.update(connectionId, change);
    expect(await refresh(application, refreshToken)).toMatchObject({ allowed: true });
  });

  it('is refused once its user is blocked, its user gone, or the client may not refresh any more', async () => {
    const { application, refreshToken, userId } = await loggedIn('refresh-refused');
    await server.api.clients.update(application.clientId, { grant_types: ['password'] });
    expect(await refresh(application, refreshToken)).toMatchObject({ error: 'unauthorized_client' });
    await server.api.clients.update(application.clientId, { grant_types: ['refresh_token'] });
    await server.api.users.update(userId, { blocked: true });
    expect(await refresh(application, refreshToken)).toMatchObject({ error: 'unauthorized' });
    await server.api.users.delete(userId);
    expect(await refresh(application, refreshToken)).toMatchObject({ error: 'invalid_grant' });
  });

  it('is of no use to another client', async () => {
    const { refreshToken } = await loggedIn('refresh-mine');
    const other = await smallWorld(server, 'refresh-other');
    expect(await refresh(other.application, refreshToken)).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('a machine token', () => {
  it('is given to a client with the grant type, but for the Management API to the runner alone', async () => {
    const { application } = await smallWorld(server, 'machine');
    const own = await machineToken(application, 'https://crm.example.test/api');
    expect(own).toMatchObject({ allowed: true });
    const management = await machineToken(application, `https://${server.domain}/api/v2/`);
    expect(management).toEqual({ allowed: false, status: 403, error: 'access_denied' });
  });

  it('of another audience does not open the Management API', async () => {
    const { application } = await smallWorld(server, 'audience');
    const answer = await machineToken(application, 'https://crm.example.test/api');
    const token = answer.allowed ? String(answer.tokens.access_token) : '';
    const response = await fetch(`https://${server.domain}/api/v2/clients`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });
});

describe('sign-up', () => {
  const newcomer = { email: 'new@example.test', password: 'a new one' };

  it('makes an account that can log in', async () => {
    const { application, account } = await smallWorld(server, 'signup');
    const fresh = { ...account, ...newcomer };
    expect(await signUp(application, fresh)).toMatchObject({ allowed: true });
    expect(await logIn(application, fresh)).toMatchObject({ allowed: true });
  });

  it('is refused when the connection says so, and existing accounts still log in', async () => {
    const { application, account, connectionId } = await smallWorld(server, 'closed');
    await server.api.connections.update(connectionId, { options: { disable_signup: true } });
    const refusal = { allowed: false, status: 400, error: 'invalid_signup' };
    expect(await signUp(application, { ...account, ...newcomer })).toEqual(refusal);
    expect(await logIn(application, account)).toMatchObject({ allowed: true });
  });
});
