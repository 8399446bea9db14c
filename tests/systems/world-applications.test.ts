import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { type Account, logIn, machineToken } from '../../sandbox/identity/visitor.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import type { RunningApplication } from '../../sandbox/world/application.ts';
import { startCrmServer } from '../../sandbox/world/crm-server.ts';
import { database, type DatabaseKeys } from '../../sandbox/world/database.ts';
import { enrol } from '../../sandbox/world/enrol.ts';
import { startFront } from '../../sandbox/world/front.ts';
import { gateway } from '../../sandbox/world/gateway.ts';
import { identity, type IdentityKeys } from '../../sandbox/world/identity.ts';
import { testSandbox } from '../sandbox-name.ts';

let surroundings: Parameters<typeof database.build>[0];
let rows: DatabaseKeys;
let people: IdentityKeys;
let issuer: string;
let crm: RunningApplication;
const tokens: Record<'customer' | 'staff' | 'stranger' | 'erp' | 'elsewhere', string> = {
  customer: '',
  staff: '',
  stranger: '',
  erp: '',
  elsewhere: '',
};

async function tokenOf(account: Account, audience = people.api): Promise<string> {
  const answer = await logIn(people.portal, account, audience);
  return answer.allowed ? String(answer.tokens.access_token) : '';
}

beforeAll(async () => {
  const system = `apps-${randomBytes(4).toString('hex')}`;
  const environment = environmentOf(testSandbox().env);
  surroundings = { environment, system, underscored: system.replaceAll('-', '_'), accounts: 50 };
  rows = await database.build(surroundings);
  people = await identity.build(surroundings);
  issuer = `https://${environment.AUTH0_DOMAIN}/`;
  crm = await startCrmServer({ databaseUrl: rows.urls.application, issuer, audience: people.api });
  tokens.customer = await tokenOf(people.customer);
  tokens.staff = await tokenOf(people.administrator);
  tokens.stranger = await tokenOf(people.sharedCustomer);
  tokens.elsewhere = await tokenOf(people.customer, 'https://elsewhere.example.test');
  const machine = await machineToken(people.erp, people.api);
  tokens.erp = machine.allowed ? String(machine.tokens.access_token) : '';
  await enrol(rows.urls.application, tokens.customer, 'customer', ['contact.read', 'order.read']);
  const all = ['contact.read', 'contact.write', 'order.read', 'invoice.read', 'kyc.read'];
  await enrol(rows.urls.application, tokens.staff, 'staff', all);
}, 60_000);
afterAll(() => crm.close());

async function call(path: string, token?: string, change?: unknown, url = crm.url, more = {}) {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(change === undefined ? {} : { 'content-type': 'application/json' }),
    ...more,
  };
  const body = change === undefined ? {} : { method: 'PUT', body: JSON.stringify(change) };
  const response = await fetch(`${url}${path}`, { headers, ...body });
  return { status: response.status, body: await response.json() };
}

const change = { key: '1', value: 'Another Name' };

describe('the CRM server', () => {
  it.each(['contacts', 'orders', 'campaigns', 'invoices'])('lists and changes %s', async (kind) => {
    const { status, body } = await call(`/${kind}`, tokens.staff);
    expect(status).toBe(200);
    const [first] = body as readonly Readonly<Record<string, unknown>>[];
    expect(Object.keys(first ?? {})).not.toContain('id_no');
    const value = { orders: '12.50', invoices: '2026-01-31' }[kind] ?? 'A Name of This Test';
    const key = String(first?.key);
    expect(await call(`/${kind}`, tokens.staff, { key, value })).toMatchObject({ status: 200 });
    const again = (await call(`/${kind}`, tokens.staff)).body as readonly { readonly key: unknown }[];
    expect(again.find((row) => String(row.key) === key)).not.toEqual(first);
  });

  it('gives a person what the CRM’s own rows allow', async () => {
    expect((await call('/contacts', tokens.customer)).status).toBe(200);
    expect((await call('/invoices', tokens.customer)).status).toBe(403);
    expect((await call('/contacts', tokens.customer, change)).status).toBe(403);
    expect((await call('/contacts/3/id-number', tokens.customer)).status).toBe(403);
    expect(await call('/contacts/3/id-number', tokens.staff)).toMatchObject({
      status: 200,
      body: { id_no: expect.stringMatching(/^3101151990/) as unknown },
    });
    expect((await call('/contacts', tokens.stranger)).status).toBe(403);
  });

  it('gives a machine what its token is good for', async () => {
    expect((await call('/orders', tokens.erp)).status).toBe(200);
    expect((await call('/invoices', tokens.erp)).status).toBe(200);
    expect((await call('/contacts', tokens.erp, change)).status).toBe(200);
  });

  it('asks everybody else to log in first', async () => {
    const [head = '', body = ''] = tokens.staff.split('.');
    const forged = `${head}.${body}.${tokens.erp.split('.')[2] ?? ''}`;
    for (const token of [undefined, '', 'nothing', forged, tokens.elsewhere])
      expect((await call('/contacts', token)).status).toBe(401);
  });

  it('names what was wrong with a call', async () => {
    expect((await call('/contacts', tokens.staff, { key: '1' })).status).toBe(400);
    expect((await call('/orders', tokens.staff, { key: '1', value: 'much' })).status).toBe(400);
    expect((await call('/contacts', tokens.staff, { key: '99999', value: 'x' })).status).toBe(404);
    expect((await call('/nothing', tokens.staff)).status).toBe(404);
  });

  it('answers through the front what the gateway lets through', async () => {
    const keys = await gateway.build(surroundings);
    const front = await startFront({ ...keys, environment: surroundings.environment, upstream: crm.url });
    const key = { 'x-api-key': keys.erpKey };
    try {
      expect((await call('/contacts', tokens.erp, undefined, front.url)).status).toBe(403);
      expect(await call('/orders', tokens.erp, undefined, front.url, key)).toEqual(
        await call('/orders', tokens.erp),
      );
      expect((await call('/contacts', tokens.erp, change, front.url, key)).status).toBe(200);
      expect((await call('/contacts', undefined, undefined, front.url, key)).status).toBe(401);
    } finally {
      await front.close();
    }
  });
});

describe('the CRM server over a database that closes', () => {
  it('says 403 where a right is missing and 503 where its login, its session or the tenant is', async () => {
    const own = { ...surroundings, underscored: `${surroundings.underscored}_x` };
    const { urls, database: name, roles } = await database.build(own);
    const options = { databaseUrl: urls.application, issuer, audience: people.api };
    const server = await startCrmServer(options);
    const lost = await startCrmServer({ ...options, issuer: 'https://localhost:1/' });
    const sql = (statement: string) => withServer(inDatabase(urls.runner, name), (query) => query(statement));
    try {
      expect((await call('/contacts', tokens.erp, undefined, server.url)).status).toBe(200);
      await sql(`REVOKE UPDATE ON crm.contacts FROM ${name}_contacts`);
      expect((await call('/contacts', tokens.erp, change, server.url)).status).toBe(403);
      expect((await call('/contacts', tokens.erp, undefined, server.url)).status).toBe(200);
      await sql(`ALTER ROLE ${roles.application} NOLOGIN`);
      await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${roles.application}'`,
      );
      expect((await call('/contacts', tokens.erp, undefined, server.url)).status).toBe(503);
      expect((await call('/contacts', tokens.erp, undefined, lost.url)).status).toBe(503);
    } finally {
      await server.close();
      await lost.close();
    }
  }, 60_000);
});
