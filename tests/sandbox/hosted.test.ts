import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { TeardownError } from '../../diagnostics/index.ts';
import { inventorySchema } from '../../inventory/schema.ts';
import { optionsFor, type Request } from '../../sandbox/hosted.ts';
import { serversFor } from '../../sandbox/needs.ts';

type Document = Record<string, unknown>;

const directory = mkdtempSync(join(tmpdir(), 'hosted-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const name = `hosted-unit-${process.pid}`;
const small = join(import.meta.dirname, '..', '..', 'sandbox', 'small-company');
const inventory = join(small, 'small-company.inventory.yaml');
const seed = join(small, 'seed.sql');
const document = parse(readFileSync(inventory, 'utf8')) as Document;

function file(called: string, text: string): string {
  const path = join(directory, called);
  writeFileSync(path, text);
  return path;
}

describe('what a sandbox is asked for', () => {
  it('is read from the inventory: its servers, and the name of its credentials', async () => {
    const options = await optionsFor({ name, inventory, seed, accounts: '1000' });
    const databaseVariable = 'TRADE_DATABASE_URL';
    expect(options).toEqual({ servers: ['postgresql'], databaseVariable, seed, accounts: 1000 });
  });

  it('may be the sample with any number of accounts', async () => {
    expect((await optionsFor({ name, sample: true, accounts: '5' })).accounts).toBe(5);
  });

  it('may be nothing but a name: all servers then', async () => {
    expect((await optionsFor({ name })).servers).toBeUndefined();
  });

  const outside = (store: string): string => stringify({ ...document, evidenceStore: store });
  const cases: readonly [string, string, () => Omit<Request, 'name'>][] = [
    ['inventory-missing', 'no inventory', () => ({ inventory: join(directory, 'none.yaml') })],
    ['inventory-unreadable', 'a directory', () => ({ inventory: directory })],
    ['sandbox-store-outside', 'above', () => ({ inventory: file('a.yaml', outside('../../../kept')) })],
    ['sandbox-store-outside', 'absolute', () => ({ inventory: file('b.yaml', outside('/var/kept')) })],
    ['sandbox-store-outside', 'in itself', () => ({ inventory: file('c.yaml', outside('.')) })],
    ['sandbox-seed-unreadable', 'no seed', () => ({ seed: join(directory, 'none.sql') })],
    ['sandbox-seed-unreadable', 'a directory', () => ({ seed: directory })],
    ['sandbox-seed-unreadable', 'an empty seed', () => ({ seed: file('empty.sql', '') })],
    ...['0', '1e3', '-5', '1.5', '1000001', '', ' 7', '١٢', 'many'].map(
      (accounts): [string, string, () => Omit<Request, 'name'>] => [
        'sandbox-accounts',
        `"${accounts}" accounts`,
        () => ({ seed, accounts }),
      ],
    ),
    [
      'sandbox-accounts',
      'a seed that does not read them',
      () => ({ seed: file('d.sql', 'SELECT 1;'), accounts: '5' }),
    ],
    ['sandbox-usage', 'accounts without a seed', () => ({ accounts: '5' })],
    ['sandbox-usage', 'the sample and an inventory', () => ({ sample: true, inventory })],
    ['sandbox-usage', 'the sample and a seed', () => ({ sample: true, seed })],
    ['sandbox-name', 'a name that leaves its directory', () => ({ inventory, name: '../x' })],
  ];
  it.each(cases)('is refused with %s: %s', async (code, _what, request) => {
    const refused: unknown = await optionsFor({ name, ...request() }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TeardownError);
    const [problem] = (refused as TeardownError).problems;
    expect(problem.code).toBe(code);
    expect(problem.hint).not.toBe('');
  });
});

describe('the servers that a system needs', () => {
  const bare = { ...document, database: undefined, integrations: [], services: [], operators: [] };
  const entry = { name: 'x', ownership: 'exclusive' };
  const identity = { tenant: { domain: 'crm.eu.auth0.test', ownership: 'exclusive' } };
  const peer = { ...entry, kind: 'sync', peer: 'ERP', owner: 'finance' };
  const bucket = { ...entry, bucket: 'some-bucket', data: ['customers'] };
  const rds = { kind: 'rds-postgresql', instance: { id: 'some-instance', ownership: 'exclusive' } };
  const cases: readonly [string, Document, readonly string[]][] = [
    ['a database', { database: document.database }, ['postgresql']],
    ['an RDS database', { database: { ...(document.database as Document), ...rds } }, ['postgresql', 'moto']],
    ['a bucket', { objects: [bucket] }, ['moto']],
    ['a gateway', { interfaces: [{ ...entry, gateway: 'crm-api/prod' }] }, ['moto']],
    ['a queue', { integrations: [{ ...peer, queue: 'orders' }] }, ['moto']],
    ['a function', { services: [{ ...entry, lambda: 'mailer' }] }, ['moto']],
    ['an IAM user', { operators: [{ ...entry, iamUsers: ['root'] }] }, ['moto']],
    [
      'a break-glass principal of AWS',
      { breakGlass: { aws: 'arn:aws:iam::123456789012:role/sealed' } },
      ['moto'],
    ],
    ['an identity', { identity }, ['identity']],
    ['a client of a peer', { integrations: [{ ...peer, client: 'erp' }] }, ['identity']],
    ['an Auth0 role', { operators: [{ ...entry, auth0Role: 'admins' }] }, ['identity']],
    [
      'all of it',
      { database: document.database, identity, objects: [bucket] },
      ['postgresql', 'moto', 'identity'],
    ],
  ];
  it.each(cases)('for %s', (_what, sections, servers) => {
    expect(serversFor(inventorySchema.parse({ ...bare, ...sections }))).toEqual(servers);
  });
});
