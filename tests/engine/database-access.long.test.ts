import { expect, it } from '@jest/globals';
import pg from 'pg';
import { type AccessPicture, readAccess, withDatabase } from '../../connectors/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { database, type DatabaseKeys } from '../../sandbox/world/database.ts';
import { partSystem, type PartSystem } from './part-system.ts';
import { moveTo, positionOf } from './system.ts';

type Who = keyof DatabaseKeys['urls'];

/** An inventory of the sample CRM's database: all names are those of the system. */
function sections(system: string): Readonly<Record<string, unknown>> {
  const name = system.replaceAll('-', '_');
  const own = (suffix: string) => `${name}_${suffix}`;
  const ownership = 'exclusive';
  return {
    breakGlass: { database: own('sealed') },
    dataClasses: {
      identity: { sensitivity: 'sensitive', basis: 'consent', keep: '6 months', hold: 'none' },
      contact: { sensitivity: 'personal', basis: 'contract', keep: '3 years', hold: 'none' },
      invoices: { sensitivity: 'financial', basis: 'tax-law', keep: '10 years', hold: 'none' },
    },
    modules: [
      {
        name: 'numbers',
        data: ['identity'],
        enforcedBy: 'database-columns',
        columns: ['crm.contacts.id_no'],
      },
      {
        name: 'contacts',
        data: ['contact'],
        enforcedBy: 'database-role',
        role: own('contacts'),
        schema: 'crm',
      },
      {
        name: 'invoices',
        data: ['invoices'],
        enforcedBy: 'database-role',
        role: own('billing'),
        schema: 'billing',
      },
    ],
    database: {
      kind: 'postgresql',
      name,
      ownership,
      credentials: 'env:CRM_DATABASE_URL',
      readOnly: { stillWritten: [{ table: 'app.sessions', why: 'log-ins go on' }] },
    },
    populations: [
      {
        name: 'direct',
        kind: 'customer',
        in: 'database',
        logins: [own('lanting'), own('alster')],
        ownership,
      },
    ],
    integrations: [
      { name: 'reporting', kind: 'sync', login: own('reporting'), peer: 'BI', owner: 'finance', ownership },
    ],
    services: [{ name: 'app', login: own('app'), ownership }],
    operators: [
      { name: 'dba', login: own('dba'), ownership },
      { name: 'ops', login: own('ops'), ownership },
    ],
    // Each step costs two updates: waves that this test looks at together are taken together.
    together: [
      ['sensitive', 'modules'],
      ['integrations', 'services'],
    ],
  };
}

interface Try {
  readonly who: Who;
  readonly does: string;
  /** The first step at which it is refused; undefined: never before the end of the data. */
  readonly until: Step | undefined;
}

const tries: readonly Try[] = [
  { who: 'application', does: 'SELECT count(*) FROM crm.contacts', until: 'revoked/modules' },
  { who: 'application', does: 'SELECT count(id_no) FROM crm.contacts', until: 'revoked/modules' },
  { who: 'application', does: 'UPDATE crm.contacts SET name = name WHERE false', until: 'read-only' },
  { who: 'application', does: 'UPDATE billing.invoices SET paid = paid WHERE false', until: 'read-only' },
  { who: 'application', does: 'DELETE FROM app.sessions WHERE false', until: 'revoked/services' },
  { who: 'application', does: "SELECT app.log('looked')", until: 'read-only' },
  { who: 'application', does: 'UPDATE app.upgrades SET ran = ran WHERE false', until: 'read-only' },
  { who: 'application', does: 'SELECT count(*) FROM app.upgrades', until: 'revoked/services' },
  { who: 'application', does: 'CREATE TEMP TABLE mine (id int)', until: 'read-only' },
  { who: 'reporting', does: 'SELECT count(*) FROM crm.customer_overview', until: 'revoked/modules' },
  { who: 'reporting', does: 'SELECT 1', until: 'revoked/services' },
  { who: 'lanting', does: 'SELECT count(*) FROM crm.orders', until: 'revoked/accounts' },
  { who: 'alster', does: 'INSERT INTO crm.orders SELECT FROM crm.orders WHERE false', until: 'read-only' },
  { who: 'administrator', does: 'SELECT count(*) FROM crm.contacts', until: 'revoked/modules' },
  { who: 'administrator', does: 'DELETE FROM crm.contacts WHERE false', until: 'read-only' },
  { who: 'administrator', does: 'SELECT 1', until: 'revoked/admins' },
  {
    who: 'operations',
    does: 'INSERT INTO crm.campaigns (title, language) VALUES (NULL, NULL)',
    until: 'read-only',
  },
  { who: 'breakGlass', does: 'SELECT 1', until: undefined },
  { who: 'neighbour', does: 'UPDATE shop.baskets SET article = article', until: undefined },
];

/** 'refused' is the server's word for it; a row that breaks a rule was let in. Anything else is an error of the test. */
async function attempt({ urls }: DatabaseKeys, { who, does }: Try): Promise<'allowed' | 'refused'> {
  const client = new pg.Client({ connectionString: urls[who], connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(does);
    return 'allowed';
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : String(error);
    if (code === '23502') return 'allowed';
    if (['42501', '28000', '28P01', '3D000'].includes(code)) return 'refused';
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function outcomes({ keys }: PartSystem<DatabaseKeys>) {
  const found: Record<string, string> = {};
  for (const one of tries) found[`${one.who}: ${one.does}`] = await attempt(keys, one);
  return found;
}

function expected(plan: readonly Step[], step: Step) {
  const refused = ({ until }: Try) => until !== undefined && plan.indexOf(step) >= plan.indexOf(until);
  return Object.fromEntries(
    tries.map((one) => [`${one.who}: ${one.does}`, refused(one) ? 'refused' : 'allowed']),
  );
}

/**
 * What was never set and what was set to the same cannot be told apart by anybody who uses it: an access list that was set once
 * stays in the catalogue.
 */
async function access({ database: name }: DatabaseKeys) {
  const picture = await withDatabase('env:CRM_DATABASE_URL', name, readAccess);
  return picture && comparable(picture, name);
}

function comparable({ roles, memberships, objects }: AccessPicture, name: string) {
  const own = (role: string) => role.startsWith(name);
  return {
    roles: Object.fromEntries(Object.entries(roles).filter(([role]) => own(role))),
    memberships: memberships.filter(({ member }) => own(member)),
    objects: objects
      .filter(({ kind, rights }) => kind !== 'column' || rights.length > 0)
      .map((object) => ({
        ...object,
        implicit: false,
        rights: object.rights.map((right) => JSON.stringify(right)).sort(),
      })),
  };
}

it('closes a database that has grown, with logins of customers, door by door, and gives all of it back', async () => {
  const part = await partSystem(database, sections);
  const { system, keys } = part;
  const { plan } = system.loaded;
  process.env.CRM_DATABASE_URL = keys.urls.runner;
  const before = await access(keys);
  const check = async (step: Step) => {
    expect({ step, found: await outcomes(part) }).toEqual({ step, found: expected(plan, step) });
  };

  const [adopted] = await moveTo(system, 'active');
  expect(adopted?.changes).toMatchObject({ update: 0, delete: 0 });
  expect(await access(keys)).toEqual(before);
  await check('active');

  const open = new pg.Client({ connectionString: keys.urls.lanting });
  let ended = false;
  open.on('error', () => (ended = true));
  await open.connect();

  await moveTo(system, 'read-only', ['--skip-preview']);
  await check('read-only');
  const again = await system.pulumi.up();
  expect(again.changes).toMatchObject({ create: 0, update: 0, delete: 0 });
  expect(ended).toBe(false);

  for (const step of plan.slice(plan.indexOf('read-only') + 1, plan.indexOf('revoked/admins') + 1)) {
    await moveTo(system, step, ['--skip-preview']);
    await check(step);
    expect(ended).toBe(true);
  }

  await moveTo(system, 'active', ['--skip-preview']);
  expect(await access(keys)).toEqual(before);
  await check('active');

  for (const step of plan.slice(1)) await moveTo(system, step, ['--skip-preview']);
  expect(await positionOf(system)).toMatchObject({ step: 'destroyed/data', reached: true });
  expect(
    await attempt(keys, {
      who: 'neighbour',
      does: 'UPDATE shop.baskets SET article = article',
      until: undefined,
    }),
  ).toBe('allowed');
  expect(await access(keys)).toBeUndefined();
}, 900_000);
