import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { unknown } from '../../provider/protocol.ts';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

const all = ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];

let ground: Ground;
beforeAll(async () => {
  ground = await postgresqlGround('sgrant');
  await ground.sql('CREATE ROLE sgrant_contacts');
});
afterAll(() => ground.clear());

beforeEach(async () => {
  await ground.sql(`DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm;
    CREATE TABLE crm.contacts (id int, mail text); CREATE TABLE crm.orders (id int);
    GRANT USAGE ON SCHEMA crm TO sgrant_contacts;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA crm TO sgrant_contacts`);
});

function program(privileges: readonly string[], more: Record<string, unknown> = {}) {
  return {
    role: 'sgrant_contacts',
    database: 'sgrant',
    schema: 'crm',
    objectType: 'table',
    objects: [],
    privileges,
    ...more,
  };
}

/** Table -> letters of the ACL, as `\dp` shows them. */
async function rights(): Promise<Record<string, unknown>> {
  const rows =
    await ground.sql(`SELECT relname, (SELECT string_agg(privilege_type, ',' ORDER BY privilege_type)
      FROM aclexplode(relacl) WHERE grantee = 'sgrant_contacts'::regrole) AS rights
      FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r'`);
  return Object.fromEntries(rows.map(({ relname, rights: held }) => [String(relname), held]));
}

describe('Grant on a whole schema', () => {
  it('changes nothing when its list is what the role holds', async () => {
    const before = await rights();
    const state = await ground.grants.create(program(all));
    expect(state.id).toBe('sgrant_contacts_sgrant_crm_table');
    expect(await rights()).toEqual(before);
  });

  it('cuts the role down to its list at create, column grants and grant options included', async () => {
    await ground.sql(`GRANT UPDATE (mail) ON crm.contacts TO sgrant_contacts;
      GRANT DELETE ON crm.orders TO sgrant_contacts WITH GRANT OPTION`);
    await ground.grants.create(program(['SELECT']));
    expect(await rights()).toEqual({ contacts: 'SELECT', orders: 'SELECT' });
    expect(
      await ground.sql(
        `SELECT 1 FROM pg_attribute WHERE attrelid = 'crm.contacts'::regclass AND attacl IS NOT NULL`,
      ),
    ).toEqual([]);
  });

  it('takes everything with an empty list and gives it back in place', async () => {
    const state = await ground.grants.create(program(all));
    expect(await ground.grants.diff(program([]), state)).toMatchObject({
      changes: { privileges: 'update' },
      replaces: [],
    });
    const cut = await ground.grants.update(program([]), state);
    expect(await rights()).toEqual({ contacts: null, orders: null });
    await ground.grants.update(program(all), cut);
    expect(await rights()).toEqual({ contacts: all.join(), orders: all.join() });
  });

  it('revokes and grants in one transaction: a grant that fails takes nothing away', async () => {
    await ground.sql('GRANT SELECT ON ALL TABLES IN SCHEMA crm TO PUBLIC');
    const impossible = program(['SELECT'], { role: 'public', withGrantOption: true });
    await expect(ground.grants.create(impossible)).rejects.toThrow(
      'grant options can only be granted to roles',
    );
    const [still] = await ground.sql(`SELECT has_table_privilege('public', 'crm.orders', 'SELECT') AS held`);
    expect(still).toEqual({ held: true });
  });

  it('revokes everything when it is deleted', async () => {
    await ground.grants.delete(await ground.grants.create(program(['SELECT'])));
    expect(await rights()).toEqual({ contacts: null, orders: null });
  });
});

describe('Grant on listed objects', () => {
  const one = { objects: ['contacts'] };

  it('leaves what the role holds beyond its list: a reduced list cuts nothing at create', async () => {
    await ground.grants.create(program(['SELECT'], one));
    expect(await rights()).toMatchObject({ contacts: all.join() });
  });

  it('cuts only after it has been read back and updated', async () => {
    const state = await ground.grants.create(program(['SELECT'], one));
    const drifted = await ground.grants.refresh(state);
    if (!drifted) throw new Error('the grant was not found');
    expect(drifted.outputs.privileges).toEqual(all);
    await ground.grants.update(program(['SELECT'], one), drifted);
    expect(await rights()).toEqual({ contacts: 'SELECT', orders: all.join() });
  });

  it('takes everything on them with an empty list', async () => {
    await ground.grants.create(program([], one));
    expect(await rights()).toEqual({ contacts: null, orders: all.join() });
  });
});

describe('Grant', () => {
  it('cannot be imported', async () => {
    await expect(ground.grants.import('sgrant_contacts_sgrant_crm_table')).rejects.toThrow(
      'cannot be imported',
    );
  });

  it.each([
    ['role', 'someone'],
    ['database', 'other'],
    ['schema', 'kyc'],
    ['objectType', 'sequence'],
    ['objects', ['contacts']],
    ['withGrantOption', true],
  ])('is replaced, old one first, when %s changes', async (name, value) => {
    const state = await ground.grants.create(program(['SELECT']));
    expect(await ground.grants.diff(program(['SELECT'], { [name]: value }), state)).toMatchObject({
      replaces: [name],
      deleteBeforeReplace: true,
    });
  });

  it('sees the first object that differs, and not who granted', async () => {
    const state = await ground.grants.create(program(all));
    await ground.sql('REVOKE DELETE ON crm.orders FROM sgrant_contacts');
    const drifted = await ground.grants.refresh(state);
    expect(drifted?.outputs.privileges).toEqual(['INSERT', 'SELECT', 'UPDATE']);
  });

  it('takes ALL for every privilege there is', async () => {
    const state = await ground.grants.create(program(['ALL']));
    expect((await ground.grants.refresh(state))?.outputs.privileges).toEqual(['ALL']);
  });

  it('cannot revoke from a role that has granted on', async () => {
    await ground.sql(`CREATE ROLE sgrant_leaf; GRANT SELECT ON crm.contacts TO sgrant_contacts WITH GRANT OPTION;
      SET ROLE sgrant_contacts; GRANT SELECT ON crm.contacts TO sgrant_leaf`);
    await expect(ground.grants.create(program([]))).rejects.toThrow('dependent privileges exist');
    expect(await rights()).toMatchObject({ contacts: all.join() });
  });

  it.each([
    [program(['FLY']), 'FLY cannot be granted on a table'],
    [program(['SELECT'], { objectType: 'schema' }), 'objectType: the stand-in knows table and sequence'],
    [program(['SELECT'], { columns: ['mail'] }), 'columns: the stand-in grants no columns'],
    [{ role: 'x', privileges: [] }, 'schema: missing'],
  ])('refuses %j', async (news, message) => {
    await expect(ground.grants.create(news)).rejects.toThrow(message);
  });

  it('takes privileges that are unknown in a preview', async () => {
    const news = { ...program([]), privileges: unknown };
    expect((await ground.grants.previewCreate(news)).outputs.privileges).toBe(unknown);
  });

  it('is gone with its role and with its schema', async () => {
    await ground.sql('CREATE ROLE sgrant_short');
    const state = await ground.grants.create(program(['SELECT'], { role: 'sgrant_short' }));
    await ground.sql('DROP OWNED BY sgrant_short; DROP ROLE sgrant_short');
    expect(await ground.grants.refresh(state)).toBeUndefined();
    const other = await ground.grants.create(program(['SELECT']));
    await ground.sql('DROP SCHEMA crm CASCADE');
    expect(await ground.grants.refresh(other)).toBeUndefined();
  });

  it('can neither be read nor deleted once nobody may connect to its database', async () => {
    const state = await ground.grants.create(program(['SELECT']));
    await ground.sql('ALTER DATABASE sgrant ALLOW_CONNECTIONS false', 'postgres');
    const answers = await Promise.allSettled([ground.grants.refresh(state), ground.grants.delete(state)]);
    await ground.sql('ALTER DATABASE sgrant ALLOW_CONNECTIONS true', 'postgres');
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('is left alone by previews', async () => {
    const before = await rights();
    const created = await ground.grants.previewCreate(program([]));
    expect(created).toEqual({ id: '', outputs: { ...program([]), withGrantOption: false } });
    await ground.grants.previewUpdate(program([]), { id: 'x', inputs: {}, outputs: program(all) });
    expect(await rights()).toEqual(before);
  });
});
