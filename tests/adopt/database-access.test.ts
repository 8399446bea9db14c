import { describe, expect, it } from '@jest/globals';
import { captureAccess } from '../../adopt/database-access.ts';
import type { AccessObject, AccessPicture, ServerPower } from '../../connectors/index.ts';
import type { Database, Inventory } from '../../inventory/index.ts';
import { databaseOf, liveFrom, power, sliceWorld } from './live-slice.ts';

const logins = ['crm_app', 'crm_admin'];

const contacts: AccessObject = {
  ...databaseOf('crm_owner'),
  kind: 'relation',
  schema: 'crm',
  name: 'contacts',
  columns: ['id', 'id_no'],
};
const picture: AccessPicture = {
  runner: 'runner',
  roles: { crm_owner: power(), crm_app: power({ login: true }) },
  memberships: [],
  objects: [databaseOf('crm_owner'), contacts],
};

interface Case {
  readonly access?: AccessPicture;
  readonly powers?: readonly ServerPower[];
  readonly columns?: readonly string[];
  readonly table?: string;
  readonly outOfReach?: Database['outOfReach'];
}

/** What capture refuses of it. */
async function refused({ access = picture, powers = [], columns = [], table, outOfReach = [] }: Case) {
  const world = { ...sliceWorld(), access: { picture: access, powers } };
  const stillWritten = table === undefined ? [] : [{ table, why: 'log-ins' }];
  const database = { name: 'slice_crm', readOnly: { stillWritten }, outOfReach } as unknown as Database;
  const inventory = {
    breakGlass: { database: 'bg_sealed' },
    modules: columns.length === 0 ? [] : [{ enforcedBy: 'database-columns', columns }],
  } as unknown as Inventory;
  const findings = await captureAccess(inventory, database, logins, liveFrom(world).server('env:X'));
  return findings.problems.map(({ code, detail }) => `${code}: ${detail}`);
}

describe('capturing who may do what', () => {
  it('takes a picture without doubts', async () => {
    expect(await refused({ columns: ['crm.contacts.id_no'], table: 'crm.contacts' })).toEqual([]);
  });

  it('misses a column and a table that the inventory treats by name', async () => {
    expect(await refused({ columns: ['crm.contacts.passport'], table: 'app.sessions' })).toEqual([
      'capture-absent: crm.contacts.passport is not in database slice_crm',
      'capture-absent: app.sessions is not in database slice_crm',
    ]);
  });

  it('refuses to cut the runner', async () => {
    expect(await refused({ access: { ...picture, runner: 'crm_admin' } })).toEqual([
      'capture-runner-cut: crm_admin is the login of the runner and is listed to be cut',
    ]);
  });

  it('refuses a database of a login, but for the sealed one', async () => {
    const owned = (owner: string) => ({
      ...picture,
      roles: { [owner]: power({ login: true }) },
      objects: [databaseOf(owner)],
    });
    expect(await refused({ access: owned('crm_app') })).toEqual([
      'capture-database-of-a-login: database slice_crm belongs to the login crm_app',
    ]);
    expect(await refused({ access: owned('bg_sealed') })).toEqual([]);
  });

  it.each<[string, ServerPower, boolean]>([
    ['a login of the system', { login: 'crm_admin', says: 'is a superuser', direct: true }, false],
    ['the same through a group', { login: 'crm_admin', says: 'is a member of pg_x', direct: false }, true],
    ['a login that nobody named', { login: 'stranger', says: 'is a superuser', direct: true }, true],
    ['the runner', { login: 'runner', says: 'is a superuser', direct: true }, false],
    ['the sealed login', { login: 'bg_sealed', says: 'is a member of crm_owner', direct: true }, false],
    ['a login that is out of reach', { login: 'rdsadmin', says: 'is a superuser', direct: true }, false],
  ])('judges a power past all access lists of %s', async (_, found, isRefused) => {
    const outOfReach = [{ login: 'rdsadmin', why: "the cloud's own" }];
    expect(await refused({ powers: [found], outOfReach })).toEqual(
      isRefused ? [`capture-power-out-of-reach: ${found.login} ${found.says}`] : [],
    );
  });
});
