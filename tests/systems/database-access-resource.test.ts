import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as connectors from '../../connectors/index.ts';
import { type Json, packed } from '../../diagnostics/index.ts';
import type { AccessCuts } from '../../lifecycle/index.ts';
import { databaseAccess } from '../../provider/index.ts';
import type { Properties, State } from '../../provider/protocol.ts';
import { callOf } from '../provider/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

const credentials = 'env:DBRES_URL';
const logins = { dbres_app: 'as before', dbres_dba: 'as before', dbres_bi: 'as before' } as const;
const open: AccessCuts = {
  logins,
  writes: 'as before',
  stillWritten: [],
  schemas: { dbres: 'as before' },
  otherSchemas: 'as before',
  columns: { 'dbres.contacts.id_no': 'as before' },
};
const readOnly: AccessCuts = { ...open, writes: 'blocked', stillWritten: ['dbres.sessions'] };
const columns: AccessCuts = { ...readOnly, columns: { 'dbres.contacts.id_no': 'none' } };
const closed: AccessCuts = {
  ...columns,
  stillWritten: [],
  schemas: { dbres: 'none' },
  otherSchemas: 'none',
  logins: { dbres_app: 'removed', dbres_dba: 'locked', dbres_bi: 'locked' },
};

const handler = databaseAccess(() => Promise.resolve(connectors));
let ground: Ground;
let former: connectors.AccessPicture;
let state: State;

function inputsOf(cuts: AccessCuts, more: Properties = {}): Properties {
  const names = { credentials, database: ground.database, exempt: ['dbres_glass'], outOfReach: [] };
  return { ...names, former: packed(JSON.parse(JSON.stringify(former)) as Json), cuts, ...more };
}

async function reach(cuts: AccessCuts): Promise<void> {
  const inputs = inputsOf(cuts);
  state = { ...state, inputs, outputs: await handler.update(inputs, state, callOf()) };
}

/** 'yes', or the SQLSTATE of the refusal. */
async function may(role: string, statement: string): Promise<string> {
  try {
    await ground.sql(`SET ROLE ${role}; ${statement}`);
    return 'yes';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

beforeAll(async () => {
  process.env.DBRES_URL = testSandbox().env.CRM_DATABASE_URL;
  ground = await postgresqlGround('dbres');
  await ground.sql(`CREATE ROLE dbres_owner; CREATE ROLE dbres_staff; CREATE ROLE dbres_seniors; CREATE ROLE dbres_app LOGIN;
    CREATE ROLE dbres_dba LOGIN; CREATE ROLE dbres_bi LOGIN; CREATE ROLE dbres_glass LOGIN; CREATE ROLE dbres_stranger LOGIN;
    ALTER DATABASE dbres OWNER TO dbres_owner;
    GRANT dbres_owner TO dbres_seniors; GRANT dbres_seniors TO dbres_staff; GRANT dbres_staff TO dbres_dba;
    GRANT pg_read_all_data TO dbres_bi;
    CREATE SCHEMA dbres AUTHORIZATION dbres_owner; SET ROLE dbres_owner;
    CREATE TABLE dbres.contacts (id serial PRIMARY KEY, name text, id_no text);
    CREATE TABLE dbres.sessions (id serial PRIMARY KEY);
    CREATE VIEW dbres.numbers AS SELECT id_no FROM dbres.contacts;
    CREATE VIEW dbres.count_of AS SELECT count(*) FROM dbres.numbers;
    CREATE VIEW dbres.names AS SELECT name FROM dbres.contacts;
    GRANT USAGE ON SCHEMA dbres TO dbres_app, dbres_stranger, dbres_glass;
    GRANT ALL ON ALL TABLES IN SCHEMA dbres TO dbres_app;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA dbres TO dbres_app;
    GRANT INSERT ON dbres.contacts TO dbres_stranger WITH GRANT OPTION;
    SET ROLE dbres_stranger; GRANT INSERT ON dbres.contacts TO dbres_glass WITH GRANT OPTION;
    SET ROLE dbres_glass; GRANT INSERT ON dbres.contacts TO dbres_bi`);
  const found = await connectors.withDatabase(credentials, 'dbres', connectors.readAccess);
  if (!found) throw new Error('no database');
  former = connectors.withoutNeighbours(found, Object.keys(logins));
});
beforeEach(async () => {
  state = { id: 'dbres', inputs: inputsOf(open), outputs: {} };
  await reach(open);
});
afterAll(() => ground.clear());

describe('DatabaseAccess', () => {
  it('says in a preview how much would change, and changes nothing', async () => {
    const call = callOf({ preview: true });
    const inputs = inputsOf(readOnly);
    expect(await handler.update(inputs, state, call)).toMatchObject({ left: [], open: 0 });
    expect(call.messages.join()).toMatch(/^dbres: \d+ changes of rights, owners and roles$/);
    expect(await may('dbres_app', 'DELETE FROM dbres.contacts')).toBe('yes');
  });

  it('shows a changed cut by its own name, and nothing when nothing changed', async () => {
    expect(await handler.diff(inputsOf(open), state, callOf())).toEqual({ changes: {} });
    expect(await handler.diff(inputsOf(columns), state, callOf())).toEqual({
      changes: {
        'cuts.writes': 'update',
        'cuts.stillWritten': 'update',
        'cuts.columns["dbres.contacts.id_no"]': 'update',
      },
    });
  });

  it('takes writing through chains of groups and of rights handed on, and leaves reading', async () => {
    await reach(readOnly);
    for (const role of ['dbres_app', 'dbres_dba', 'dbres_bi', 'dbres_stranger'])
      expect([role, await may(role, `INSERT INTO dbres.contacts (name) VALUES ('')`)]).toEqual([
        role,
        '42501',
      ]);
    expect(await may('dbres_app', 'INSERT INTO dbres.sessions DEFAULT VALUES')).toBe('yes');
    expect(await may('dbres_dba', 'SELECT * FROM dbres.contacts')).toBe('yes');
    expect(await may('dbres_bi', 'SELECT * FROM dbres.contacts')).toBe('yes');
    expect(await handler.read(state, callOf())).toMatchObject({ outputs: { left: [], open: 0 } });
  });

  it('takes a column from a view, and from a view of that view, too', async () => {
    await reach(columns);
    for (const place of ['id_no FROM dbres.contacts', '* FROM dbres.numbers', '* FROM dbres.count_of'])
      expect([place, await may('dbres_bi', `SELECT ${place}`)]).toEqual([place, '42501']);
    expect(await may('dbres_bi', 'SELECT id, name FROM dbres.contacts')).toBe('yes');
    expect(await may('dbres_app', 'SELECT * FROM dbres.names')).toBe('yes');
  });

  it('leaves nothing of a login that is removed, and ends the sessions of all that are locked', async () => {
    const session = await ground.session();
    await session.query('SET SESSION AUTHORIZATION dbres_dba');
    const visitor = await ground.session();
    await reach(closed);
    await expect(visitor.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
    const left = await ground.sql(
      `SELECT 1 FROM pg_shdepend WHERE refobjid = 'dbres_app'::regrole
         AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = 'dbres'))`,
    );
    expect(left).toEqual([]);
    expect(await may('dbres_bi', 'SELECT 1 FROM dbres.contacts')).toBe('42501');
  });

  it('finds what was given behind its back, by its cut, and takes it again', async () => {
    await reach(readOnly);
    await ground.sql(
      'GRANT UPDATE ON dbres.contacts TO dbres_app; CREATE TABLE dbres.later (); GRANT INSERT ON dbres.later TO PUBLIC',
    );
    const drifted = await handler.read(state, callOf());
    expect(drifted?.outputs.left).toEqual(
      expect.arrayContaining([
        { cut: 'writes', says: 'dbres_app may write dbres.contacts' },
        { cut: 'writes', says: 'PUBLIC may write dbres.later' },
      ]),
    );
    const again = { ...state, outputs: drifted?.outputs ?? {} };
    expect(await handler.diff(inputsOf(readOnly), again, callOf())).toEqual({
      changes: { 'cuts.writes': 'update' },
    });
    await reach(readOnly);
    expect(await may('dbres_app', 'UPDATE dbres.contacts SET name = name')).toBe('42501');
    await ground.sql('DROP TABLE dbres.later');
  });

  it('notices a right that is missing', async () => {
    await ground.sql('REVOKE SELECT ON dbres.names FROM dbres_app');
    const drifted = { ...state, outputs: (await handler.read(state, callOf()))?.outputs ?? {} };
    expect(await handler.diff(inputsOf(open), drifted, callOf())).toEqual({ changes: { former: 'update' } });
  });

  it('fails by name for a login nobody named that may write past all access lists, unless it is out of reach', async () => {
    await ground.sql('GRANT pg_write_all_data TO dbres_stranger');
    await expect(reach(readOnly)).rejects.toThrow(
      /database-access-left[^]*dbres_stranger may write dbres.contacts/,
    );
    expect(
      await ground.sql(`SELECT 1 FROM pg_auth_members WHERE member = 'dbres_stranger'::regrole`),
    ).toHaveLength(1);
    const spared = inputsOf(readOnly, { outOfReach: ['dbres_stranger'] });
    await expect(handler.update(spared, state, callOf())).resolves.toMatchObject({ left: [] });
    await ground.sql('REVOKE pg_write_all_data FROM dbres_stranger');
    await reach(readOnly);
  });

  it('refuses to cut the login of the run, and a database that is not there', async () => {
    const cut = { ...open, logins: { ...logins, [former.runner]: 'locked' as const } };
    await expect(reach(cut)).rejects.toThrow('database-access-runner-cut');
    const gone = inputsOf(open, { database: 'dbres_gone' });
    await expect(handler.update(gone, state, callOf())).rejects.toThrow('database-access-gone');
  });

  it('refuses to give back what was cut and is not named any more', async () => {
    await reach(closed);
    const forgetful = inputsOf({ ...open, logins: { dbres_dba: 'as before' }, schemas: {} });
    await expect(handler.diff(forgetful, state, callOf())).rejects.toThrow(
      /database-access-forgotten[^]*cuts\.logins\.dbres_app, cuts\.logins\.dbres_bi, cuts\.schemas\.dbres was cut/,
    );
    await expect(handler.diff(inputsOf(open), state, callOf())).resolves.toHaveProperty('changes');
  });

  it('changes nothing when it is removed', async () => {
    await reach(readOnly);
    await handler.delete(state, callOf());
    expect(await may('dbres_app', 'DELETE FROM dbres.contacts')).toBe('42501');
  });
});
