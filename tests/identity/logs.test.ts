import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn, machineToken, refresh } from '../../sandbox/identity/index.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer();
  const { domain, management } = server;
  const answer = await machineToken({ domain, ...management }, `https://${domain}/api/v2/`);
  token = answer.allowed ? String(answer.tokens.access_token) : '';
});
afterAll(() => remove(server));

interface Event {
  readonly type: string;
  readonly log_id: string;
}

/** Of a page by number, oldest first. The SDK has no name for the vendor's `q`. */
async function found(q: string): Promise<readonly Event[]> {
  const asked = new URLSearchParams({ q, sort: 'date:1', per_page: '100' });
  return (await (await raw(`logs?${asked.toString()}`)).json()) as readonly Event[];
}

async function typesOf(q: string): Promise<readonly string[]> {
  return (await found(q)).map(({ type }) => type);
}

async function raw(path: string): Promise<Response> {
  return fetch(`https://${server.domain}/api/v2/${path}`, { headers: { authorization: `Bearer ${token}` } });
}

describe('the log of the tenant', () => {
  it('tells a log-in from a wrong password, an unknown user and a refusal; of refreshes and machines too', async () => {
    const { application, account, userId } = await smallWorld(server, 'log');
    const { clientId } = application;
    const first = await logIn(application, account);
    await logIn(application, { ...account, password: 'wrong horse' });
    await logIn(application, { ...account, email: 'nobody@example.test' });
    await refresh(application, first.allowed ? String(first.tokens.refresh_token) : '');
    await machineToken(application, 'urn:any');
    await server.api.users.update(userId, { blocked: true });
    await logIn(application, account);
    await refresh(application, 'unknown');
    expect(await typesOf(`client_id:"${clientId}"`)).toEqual([
      's',
      'fp',
      'fu',
      'sertft',
      'seccft',
      'f',
      'fertft',
    ]);
    expect(await typesOf(`user_id:"${userId}" AND type:"f"`)).toEqual(['f']);
    const [refused] = await found(`client_id:"${clientId}" AND type:"f"`);
    expect(await (await raw(`logs/${refused?.log_id ?? ''}`)).json()).toMatchObject({
      type: 'f',
      description: 'user is blocked',
      user_id: userId,
      connection: 'crm-users-log',
      client_name: 'crm-portal-log',
    });
  });

  it('is read on from a checkpoint without a gap, and by pages to its 1,000th entry only', async () => {
    const { application } = await smallWorld(server, 'checkpoint');
    for (let i = 0; i < 5; i += 1) await machineToken(application, 'urn:any');
    const q = `client_id:"${application.clientId}"`;
    expect(await typesOf(q)).toHaveLength(5);
    const seen: string[] = [];
    let from = '';
    for (;;) {
      const answer = await raw(`logs?take=2${from === '' ? '' : `&from=${from}`}`);
      const page = (await answer.json()) as { readonly log_id: string }[];
      if (page.length === 0) break;
      seen.push(...page.map(({ log_id }) => log_id));
      from = page.at(-1)?.log_id ?? '';
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted());
    expect((await raw('logs?page=10&per_page=100')).status).toBe(400);
    expect((await raw('logs?q=description:blocked')).status).toBe(400);
    expect((await raw('logs/90012')).status).toBe(404);
  });
});

describe('grants of users', () => {
  it('come with offline access, once each; a deleted one takes its refresh token with it, and no other', async () => {
    const { application, account, userId } = await smallWorld(server, 'grants');
    const [one, two] = [await logIn(application, account), await logIn(application, account, 'urn:two')];
    await logIn(application, account);
    const tokens = [one, two].map((answer) => (answer.allowed ? String(answer.tokens.refresh_token) : ''));
    const grants = (await server.api.userGrants.list({ user_id: userId })).data;
    expect(grants.map(({ audience, clientID }) => [audience, clientID])).toEqual([
      [`https://${server.domain}/userinfo`, application.clientId],
      ['urn:two', application.clientId],
    ]);
    expect((await server.api.userGrants.list({ user_id: userId, audience: 'urn:two' })).data).toHaveLength(1);
    await server.api.userGrants.delete(grants[0]?.id ?? '');
    expect(await refresh(application, tokens[0] ?? '')).toMatchObject({
      allowed: false,
      error: 'invalid_grant',
    });
    expect(await refresh(application, tokens[1] ?? '')).toMatchObject({ allowed: true });
    await server.api.userGrants.deleteByUserId({ user_id: userId });
    expect(await refresh(application, tokens[1] ?? '')).toMatchObject({ allowed: false });
    expect((await server.api.userGrants.list({ user_id: userId })).data).toEqual([]);
  });
});
