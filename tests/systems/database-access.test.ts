import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AccessPicture, readAccess, withDatabase, withoutNeighbours } from '../../connectors/index.ts';
import type { AccessCuts } from '../../lifecycle/index.ts';
import { broughtUp } from '../../provider/access-former.ts';
import { desiredAccess } from '../../provider/access-rules.ts';
import { accessStatements } from '../../provider/access-statements.ts';
import { testSandbox } from '../sandbox-name.ts';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

const logins = { access_app: 'as before', access_admin: 'as before' } as const;
const open: AccessCuts = {
  logins,
  writes: 'as before',
  stillWritten: [],
  schemas: {},
  otherSchemas: 'as before',
  columns: {},
};
const readOnly: AccessCuts = { ...open, writes: 'blocked', stillWritten: ['crm.sessions'] };
const revoked: AccessCuts = {
  ...readOnly,
  logins: { ...logins, access_app: 'locked' },
  schemas: { billing: 'none' },
  columns: { 'crm.contacts.id_no': 'none' },
};

let ground: Ground;
let former: AccessPicture;

async function look(): Promise<AccessPicture> {
  process.env.ACCESS_URL = testSandbox().env.CRM_DATABASE_URL;
  const picture = await withDatabase('env:ACCESS_URL', ground.database, readAccess);
  if (!picture) throw new Error('no database');
  return picture;
}

/** Applies the cuts in one transaction; how many statements it took. */
async function cut(cuts: AccessCuts): Promise<number> {
  const live = await look();
  const desired = desiredAccess(broughtUp(former, live), cuts, ['access_glass']);
  const statements = accessStatements(live, desired);
  if (statements.length > 0) await ground.sql(`BEGIN; ${statements.join(';\n')}; COMMIT`);
  return statements.length;
}

async function may(role: string, table: string, right: string): Promise<unknown> {
  return (await ground.sql(`SELECT has_table_privilege('${role}', '${table}', '${right}') AS may`))[0]?.may;
}

/** Other systems' roles on the server, order and "was implicit" aside: an access list cannot be made implicit again. */
function comparable({ roles, memberships, objects }: AccessPicture): unknown {
  const lists = objects
    .filter(({ kind, rights }) => kind !== 'column' || rights.length > 0)
    .map((object) => ({
      ...object,
      implicit: false,
      rights: object.rights.map((each) => JSON.stringify(each)).sort(),
    }));
  const own = Object.fromEntries(Object.entries(roles).filter(([name]) => name.startsWith('access_')));
  const members = memberships.filter(({ member }) => member.startsWith('access_'));
  return { own, members, lists };
}

beforeAll(async () => {
  ground = await postgresqlGround('access');
  await ground.sql(`CREATE ROLE access_owner; CREATE ROLE access_app LOGIN; CREATE ROLE access_admin LOGIN CREATEROLE;
    CREATE ROLE access_glass LOGIN; CREATE ROLE access_neighbour LOGIN CREATEROLE; CREATE ROLE access_report LOGIN; GRANT access_owner TO access_admin;
    CREATE SCHEMA crm AUTHORIZATION access_owner; CREATE SCHEMA billing;
    GRANT USAGE, CREATE ON SCHEMA crm TO access_app; GRANT USAGE ON SCHEMA crm, billing TO access_report, access_glass, PUBLIC;
    SET ROLE access_owner;
    CREATE TABLE crm.contacts (id serial PRIMARY KEY, mail text, id_no text);
    CREATE TABLE crm.sessions (contact int REFERENCES crm.contacts);
    INSERT INTO crm.contacts (mail, id_no) VALUES ('li@example.cn', '11010119900307');
    CREATE FUNCTION crm.touch() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE crm.contacts SET mail = mail';
    GRANT ALL ON ALL TABLES IN SCHEMA crm TO access_app, access_glass;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA crm TO access_app;
    GRANT SELECT ON crm.contacts TO access_report WITH GRANT OPTION;
    ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT, INSERT ON TABLES TO access_app;
    SET ROLE access_report; GRANT SELECT ON crm.contacts TO PUBLIC; RESET ROLE;
    CREATE TABLE billing.invoices (id int); GRANT SELECT, UPDATE ON billing.invoices TO PUBLIC;
    CREATE TABLE crm.notes (id serial, text text); ALTER TABLE crm.notes OWNER TO access_app`);
  former = withoutNeighbours(await look(), Object.keys(logins));
});
afterAll(() => ground.clear());

it('changes nothing at active', () => {
  expect(accessStatements(former, desiredAccess(former, open, ['access_glass']))).toEqual([]);
});

it('takes writing and leaves reading, still written tables, the owner behind foreign keys and break-glass', async () => {
  await cut(readOnly);
  expect(await may('access_app', 'crm.contacts', 'INSERT')).toBe(false);
  expect(await may('access_app', 'crm.contacts', 'SELECT')).toBe(true);
  expect(await may('access_app', 'crm.notes', 'UPDATE')).toBe(false);
  expect(await may('access_app', 'crm.notes', 'SELECT')).toBe(true);
  expect(await may('access_app', 'crm.sessions', 'INSERT')).toBe(true);
  expect(await may('access_admin', 'crm.contacts', 'DELETE')).toBe(false);
  expect(await may('access_admin', 'crm.contacts', 'SELECT')).toBe(true);
  expect(await may('access_glass', 'crm.contacts', 'UPDATE')).toBe(true);
  const { roles } = await look();
  expect(roles.access_admin?.createRole).toBe(false);
  expect(roles.access_neighbour?.createRole).toBe(true);
  await ground.sql(`SET ROLE access_app; INSERT INTO crm.sessions VALUES (1)`);
  for (const forbidden of [
    'SELECT crm.touch()',
    `SELECT nextval('crm.contacts_id_seq')`,
    'CREATE TABLE crm.more ()',
    'CREATE TEMP TABLE more ()',
    'UPDATE billing.invoices SET id = 1',
  ]) {
    await expect(ground.sql(`SET ROLE access_app; ${forbidden}`)).rejects.toThrow('permission denied');
  }
  expect(await cut(readOnly)).toBe(0);
});

it('takes a column, a schema and a login', async () => {
  await cut(revoked);
  await expect(ground.sql('SET ROLE access_report; SELECT id_no FROM crm.contacts')).rejects.toThrow(
    'denied',
  );
  await ground.sql('SET ROLE access_report; SELECT id, mail FROM crm.contacts');
  expect(await may('access_report', 'billing.invoices', 'SELECT')).toBe(false);
  const [app] = await ground.sql(`SELECT rolcanlogin FROM pg_roles WHERE rolname = 'access_app'`);
  expect(app).toEqual({ rolcanlogin: false });
  expect(await cut(revoked)).toBe(0);
});

it('gives all of it back', async () => {
  await cut(open);
  expect(comparable(withoutNeighbours(await look(), Object.keys(logins)))).toEqual(comparable(former));
  expect(await cut(open)).toBe(0);
});
