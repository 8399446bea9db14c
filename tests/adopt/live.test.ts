import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { liveCrm } from '../../adopt/live.ts';

const before = { ...process.env };
const names = ['portal', 'backoffice', 'twin', 'twin'];

/** Paths that were asked for, in order. */
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  Object.assign(process.env, { AUTH0_DOMAIN: 'live.test', AUTH0_CLIENT_ID: 'a', AUTH0_CLIENT_SECRET: 'b' });
  jest.spyOn(globalThis, 'fetch').mockImplementation((address) => {
    const { pathname } = new URL(address instanceof Request ? address.url : address);
    asked.push(pathname);
    return Promise.resolve(Response.json(answerTo(pathname)));
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

function answerTo(pathname: string): unknown {
  if (pathname === '/oauth/token') return { access_token: 'a', expires_in: 60 };
  const clients = names.map((name, index) => ({ client_id: `c${index}`, name }));
  const one = clients.find(({ client_id }) => pathname.endsWith(`/${client_id}`));
  return one ?? { clients, start: 0, limit: 100, total: clients.length };
}

describe('the clients of a tenant', () => {
  it('are listed once for a whole capture, and again for the next', async () => {
    const live = liveCrm();
    const found = await Promise.all(['portal', 'backoffice', 'nobody'].map((name) => live.client(name)));
    expect(found.map((client) => client?.id)).toEqual(['c0', 'c1', undefined]);
    await expect(live.client('twin')).rejects.toThrow('connector-name-ambiguous');
    const lists = () => asked.filter((path) => path === '/api/v2/clients').length;
    expect(lists()).toBe(1);
    await liveCrm().client('portal');
    expect(lists()).toBe(2);
  });
});
