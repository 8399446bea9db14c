import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await postgresqlGround('srole');
});
afterAll(() => ground.clear());

async function memberships(role: string) {
  const rows = await ground.sql(
    `SELECT pg_get_userbyid(roleid)::text AS granted, admin_option FROM pg_auth_members
      WHERE member = '${role}'::regrole ORDER BY 1`,
  );
  return rows.map(
    ({ granted, admin_option }) => `${String(granted)}${admin_option === true ? ' with admin' : ''}`,
  );
}

describe('Role', () => {
  it('is created with the defaults of the real provider, in particular without log-in', async () => {
    const state = await ground.roles.create({ name: 'srole_new' });
    expect(state.id).toBe('srole_new');
    expect(state.outputs).toEqual({
      name: 'srole_new',
      login: false,
      superuser: false,
      createDatabase: false,
      createRole: false,
      inherit: true,
      replication: false,
      bypassRowLevelSecurity: false,
      connectionLimit: -1,
      validUntil: 'infinity',
      roles: [],
      searchPaths: [],
      statementTimeout: 0,
      idleInTransactionSessionTimeout: 0,
      assumeRole: '',
      skipReassignOwned: false,
      skipDropRole: false,
    });
  });

  it('is not taken over by a create: an existing role is an error', async () => {
    await ground.sql('CREATE ROLE srole_taken LOGIN');
    await expect(ground.roles.create({ name: 'srole_taken' })).rejects.toThrow('already exists');
  });

  it('is imported by name, and a program that says the same shows no change', async () => {
    await ground.sql(`CREATE ROLE srole_group; CREATE ROLE srole_app LOGIN NOINHERIT CREATEROLE CONNECTION LIMIT 5
      VALID UNTIL '2030-01-01 00:00:00+00' PASSWORD 'hush' IN ROLE srole_group;
      ALTER ROLE srole_app SET search_path TO crm, public; ALTER ROLE srole_app SET statement_timeout TO 5000`);
    const state = await ground.roles.import('srole_app');
    expect(state.inputs).toEqual({
      name: 'srole_app',
      login: true,
      inherit: false,
      createRole: true,
      connectionLimit: 5,
      validUntil: '2030-01-01 00:00:00+00',
      roles: ['srole_group'],
      searchPaths: ['crm', 'public'],
      statementTimeout: 5000,
    });
    expect(await ground.roles.diff(state.inputs, state)).toEqual({ changes: {}, replaces: [] });
    expect(JSON.stringify(state)).not.toMatch(/hush|SCRAM/);
  });

  it('shows each left-out setting of an imported role as a change', async () => {
    await ground.sql(
      'CREATE ROLE srole_left LOGIN IN ROLE pg_monitor; ALTER ROLE srole_left SET statement_timeout TO 1',
    );
    const state = await ground.roles.import('srole_left');
    const { changes } = await ground.roles.diff({ name: 'srole_left' }, state);
    expect(changes).toEqual({ login: 'update', roles: 'delete', statementTimeout: 'delete' });
  });

  it('loses every live membership that `roles` does not list, and every ADMIN OPTION, at any update', async () => {
    await ground.sql(`CREATE ROLE srole_kept; CREATE ROLE srole_manual; CREATE ROLE srole_member LOGIN;
      GRANT srole_kept TO srole_member WITH ADMIN OPTION`);
    const state = await ground.roles.import('srole_member');
    await ground.sql('GRANT srole_manual TO srole_member');
    await ground.roles.update({ ...state.inputs, login: false }, state);
    expect(await memberships('srole_member')).toEqual(['srole_kept']);
  });

  it('keeps log-in and memberships as the program lists them in both directions', async () => {
    await ground.sql('CREATE ROLE srole_both LOGIN IN ROLE pg_monitor');
    const open = await ground.roles.import('srole_both');
    const locked = await ground.roles.update({ ...open.inputs, login: false }, open);
    expect(locked.outputs).toMatchObject({ login: false, roles: ['pg_monitor'] });
    const again = await ground.roles.update({ ...open.inputs, login: true }, locked);
    expect(again.outputs).toEqual(open.outputs);
  });

  it('ends no live session when log-in is taken away', async () => {
    await ground.sql(`CREATE ROLE srole_live LOGIN`);
    const client = await ground.session();
    await client.query('SET SESSION AUTHORIZATION srole_live');
    const state = await ground.roles.import('srole_live');
    await ground.roles.update({ ...state.inputs, login: false }, state);
    await expect(client.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  });

  it('loses its own search path at any update that does not list it', async () => {
    await ground.sql('CREATE ROLE srole_path LOGIN');
    const state = await ground.roles.import('srole_path');
    await ground.sql('ALTER ROLE srole_path SET search_path TO crm');
    await ground.roles.update({ ...state.inputs, login: false }, state);
    expect(await ground.sql(`SELECT rolconfig FROM pg_roles WHERE rolname = 'srole_path'`)).toEqual([
      { rolconfig: null },
    ]);
  });

  it('is renamed when its name changes, and its password is gone', async () => {
    await ground.sql(`CREATE ROLE srole_before LOGIN PASSWORD 'hush'`);
    const state = await ground.roles.import('srole_before');
    const renamed = await ground.roles.update({ ...state.inputs, name: 'srole_after' }, state);
    expect(renamed.outputs).toMatchObject({ name: 'srole_after', login: true });
    expect(await ground.sql(`SELECT rolpassword FROM pg_authid WHERE rolname = 'srole_after'`)).toEqual([
      { rolpassword: null },
    ]);
  });

  it('is read as gone when it is', async () => {
    const state = await ground.roles.create({ name: 'srole_gone' });
    await ground.sql('DROP ROLE srole_gone');
    expect(await ground.roles.refresh(state)).toBeUndefined();
  });

  it('takes passwords nowhere', async () => {
    await expect(ground.roles.create({ name: 'srole_secret', password: 'x' })).rejects.toThrow(
      'password: unknown property',
    );
  });

  it('is left alone by previews', async () => {
    const created = await ground.roles.previewCreate({ name: 'srole_preview' });
    expect(created).toMatchObject({ id: '', outputs: { name: 'srole_preview', login: false } });
    await ground.sql('CREATE ROLE srole_shown LOGIN');
    const state = await ground.roles.import('srole_shown');
    const shown = await ground.roles.previewUpdate({ ...state.inputs, login: false }, state);
    expect(shown).toMatchObject({ name: 'srole_shown', login: false });
    expect((await ground.roles.import('srole_shown')).outputs.login).toBe(true);
    expect(await ground.sql(`SELECT 1 FROM pg_roles WHERE rolname = 'srole_preview'`)).toEqual([]);
  });
});

describe('deleting a Role', () => {
  it('hands what it owns in the connection database to the connection user and drops its rights', async () => {
    await ground.sql(
      `CREATE ROLE srole_owner; CREATE TABLE srole_table (id int);
      ALTER TABLE srole_table OWNER TO srole_owner`,
      'postgres',
    );
    await ground.roles.delete(await ground.roles.import('srole_owner'));
    const [table] = await ground.sql(
      `SELECT tableowner = current_user AS ours FROM pg_tables WHERE tablename = 'srole_table'`,
      'postgres',
    );
    await ground.sql('DROP TABLE srole_table', 'postgres');
    expect(table).toEqual({ ours: true });
  });

  it('fails while it owns something in another database, and keeps the role', async () => {
    await ground.sql('CREATE ROLE srole_elsewhere; CREATE SCHEMA srole_schema AUTHORIZATION srole_elsewhere');
    const state = await ground.roles.import('srole_elsewhere');
    await expect(ground.roles.delete(state)).rejects.toThrow('cannot be dropped');
    expect(await ground.roles.refresh(state)).toBeDefined();
  });

  it('leaves ownership and role alone as skipReassignOwned and skipDropRole in STATE say', async () => {
    await ground.sql(
      'CREATE ROLE srole_skip; CREATE TABLE srole_skipped (id int); ALTER TABLE srole_skipped OWNER TO srole_skip',
      'postgres',
    );
    const imported = await ground.roles.import('srole_skip');
    const state = await ground.roles.update(
      { ...imported.inputs, skipReassignOwned: true, skipDropRole: true },
      imported,
    );
    await ground.roles.delete(state);
    const [table] = await ground.sql(
      `SELECT tableowner FROM pg_tables WHERE tablename = 'srole_skipped'`,
      'postgres',
    );
    await ground.sql('DROP TABLE srole_skipped', 'postgres');
    expect(table).toEqual({ tableowner: 'srole_skip' });
  });

  it('is an error when the role is gone already', async () => {
    const state = await ground.roles.create({ name: 'srole_twice' });
    await ground.roles.delete(state);
    await expect(ground.roles.delete(state)).rejects.toThrow('does not exist');
  });
});
