import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as connectors from '../../connectors/index.ts';
import { applicationName } from '../../connectors/postgresql.ts';
import { type Json, packed } from '../../diagnostics/index.ts';
import type { AccessCuts } from '../../lifecycle/index.ts';
import { databaseAccess } from '../../provider/index.ts';
import type { Properties, State } from '../../provider/protocol.ts';
import { stopAll } from '../connectors/faulty.ts';
import { type Fate, throughProxy, type Watch } from '../connectors/postgresql-proxy.ts';
import { callOf } from '../provider/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

/** Of the update that is disturbed; `DBF_RUNNER_URL` is never disturbed. */
const credentials = 'env:DBF_URL';
const logins = { dbf_app: 'as before', dbf_bi: 'as before' } as const;
const open: AccessCuts = {
  logins,
  writes: 'as before',
  stillWritten: [],
  schemas: { dbf: 'as before' },
  otherSchemas: 'as before',
  columns: { 'dbf.contacts.id_no': 'as before' },
};
const locked: AccessCuts = { ...open, logins: { ...logins, dbf_bi: 'locked' } };
const closed: AccessCuts = {
  ...open,
  writes: 'blocked',
  schemas: { dbf: 'none' },
  logins: { dbf_app: 'removed', dbf_bi: 'locked' },
  columns: { 'dbf.contacts.id_no': 'none' },
};

const handler = databaseAccess(() => Promise.resolve(connectors));
const password = createHash('sha256').update('dbf').digest('hex');
let ground: Ground;
let runner: string;
let former: connectors.AccessPicture;
let before: Picture;
let after: Picture;

type Picture = Pick<connectors.AccessPicture, 'roles' | 'memberships' | 'objects'>;

async function picture(): Promise<Picture> {
  const found = await connectors.withDatabase('env:DBF_RUNNER_URL', 'dbf', connectors.readAccess);
  if (!found) throw new Error('no database');
  const { roles, memberships, objects } = connectors.withoutNeighbours(found, Object.keys(logins));
  return { roles, memberships, objects };
}

async function update(cuts: AccessCuts, url: string): Promise<Properties> {
  process.env.DBF_URL = url;
  // Some of the other systems on the same server have logins that may read everything.
  const others = await ground.sql(`SELECT rolname FROM pg_roles WHERE rolname <> ALL ('{dbf_app,dbf_bi}')`);
  const outOfReach = others.map(({ rolname }) => rolname);
  const names = { credentials, database: 'dbf', exempt: [], outOfReach };
  const inputs = { ...names, former: packed(JSON.parse(JSON.stringify(former)) as Json), cuts };
  const state: State = { id: 'dbf', inputs, outputs: {} };
  return handler.update(inputs, state, callOf());
}

/** What the update that is not to succeed ends with. */
async function failure(url: string, cuts = closed): Promise<string> {
  return update(cuts, url).then(
    () => 'it reported success',
    (error: unknown) => String(error),
  );
}

/** The same again, and nobody disturbs it. */
async function again(): Promise<void> {
  expect(await update(closed, runner)).toMatchObject({ left: [], open: 0 });
  expect(await picture()).toEqual(after);
}

/** A login that is no superuser, as in a cloud. */
function urlOf(login: string): string {
  const url = new URL(runner);
  Object.assign(url, { username: login, password });
  return url.href;
}

beforeAll(async () => {
  runner = testSandbox().env.CRM_DATABASE_URL ?? '';
  process.env.DBF_RUNNER_URL = runner;
  ground = await postgresqlGround('dbf');
  await ground.sql(`CREATE ROLE dbf_owner; CREATE ROLE dbf_app LOGIN; CREATE ROLE dbf_bi LOGIN;
    CREATE ROLE dbf_staff LOGIN CREATEROLE PASSWORD '${password}' CONNECTION LIMIT 3;
    GRANT dbf_owner TO dbf_staff; GRANT dbf_app, dbf_bi TO dbf_staff WITH ADMIN OPTION;
    ALTER DATABASE dbf OWNER TO dbf_owner;
    CREATE SCHEMA dbf AUTHORIZATION dbf_owner; SET ROLE dbf_owner;
    CREATE TABLE dbf.contacts (id serial PRIMARY KEY, name text, id_no text);
    CREATE TABLE dbf.notes (id serial PRIMARY KEY);
    GRANT USAGE, CREATE ON SCHEMA dbf TO dbf_app;
    GRANT ALL ON ALL TABLES IN SCHEMA dbf TO dbf_app;
    GRANT SELECT ON dbf.contacts TO dbf_bi;
    SET ROLE dbf_app; CREATE TABLE dbf.drafts (id int)`);
  former = { ...(await picture()), runner: 'runner' };
  await update(closed, runner);
  after = await picture();
});
beforeEach(async () => {
  await update(open, runner);
  before = await picture();
});
afterEach(stopAll);
afterAll(() => ground.clear());

/** Statements of the three sessions of an update: the change, the end of sessions, the reading back. */
const inChange: readonly RegExp[] = [
  /^BEGIN$/,
  /^SELECT rolname/,
  /^ALTER ROLE/,
  /^ALTER TABLE/,
  /^DROP OWNED/,
];
const afterwards: readonly RegExp[] = [
  /^SELECT pg_terminate_backend/,
  /^SELECT rolname AS name, rolcanlogin/,
];

/** Does something, once, when a statement comes by. */
function at(statement: RegExp, act: () => Fate | Promise<Fate>): Watch {
  let met = false;
  return (text) => {
    if (met || !statement.test(text)) return 'passes';
    met = true;
    return act();
  };
}

const breaking = async (statement: RegExp, fate: Fate) =>
  failure(
    await throughProxy(
      runner,
      at(statement, () => fate),
    ),
  );

const nothing = /^TeardownError: connector-unreachable: [^]*; nothing was changed\n {2}HINT: /;
const nobodyKnows =
  /^TeardownError: connector-unreachable: [^]* did not answer COMMIT: all of the change was made, or nothing\n {2}HINT: the same command again/;

describe('a connection that breaks', () => {
  const everywhere = inChange.flatMap((statement) =>
    (['never arrives', 'is not answered'] as const).map((fate) => [statement, fate] as const),
  );

  it.each(everywhere)('in the change, where %s %s: not done, and says so', async (statement, fate) => {
    expect(await breaking(statement, fate)).toMatch(nothing);
    expect(await picture()).toEqual(before);
    await again();
  });

  it('when COMMIT is sent and never arrives: nobody knows, and nothing is changed', async () => {
    expect(await breaking(/^COMMIT$/, 'never arrives')).toMatch(nobodyKnows);
    expect(await picture()).toEqual(before);
    await again();
  });

  it('when the server has committed and its answer never arrives: nobody knows, and all is changed', async () => {
    expect(await breaking(/^COMMIT$/, 'is not answered')).toMatch(nobodyKnows);
    expect(await picture()).toEqual(after);
    await again();
  });

  it.each(afterwards)('after the change, at %s: no success without reading back', async (statement) => {
    const said = await breaking(statement, 'never arrives');
    expect(said).toMatch(/^TeardownError: connector-unreachable/);
    expect(said).not.toContain('nothing was changed');
    expect(await picture()).toEqual(after);
    await again();
  });
});

describe('a server that ends our session', () => {
  const terminated = () =>
    ground
      .sql(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = 'dbf' AND application_name = '${applicationName}'`,
      )
      .then(() => 'passes' as const);

  it.each(inChange)('in the change, before %s: not done', async (statement) => {
    expect(await failure(await throughProxy(runner, at(statement, terminated)))).toMatch(nothing);
    expect(await picture()).toEqual(before);
    await again();
  });

  it('when COMMIT is sent: nobody knows', async () => {
    expect(await failure(await throughProxy(runner, at(/^COMMIT$/, terminated)))).toMatch(nobodyKnows);
    expect(await picture()).toEqual(before);
    await again();
  });
});

describe('a server that has no connection left for us', () => {
  it('says who may see to it, and the next run works', async () => {
    const url = urlOf('dbf_staff');
    const held = await Promise.all([1, 2, 3].map(() => ground.session('dbf', url)));
    expect(await failure(url, locked)).toMatch(
      /^TeardownError: connector-unreachable: [^]* at 127\.0\.0\.1:\d+ has no connection left for the login of env:DBF_URL \(SQLSTATE 53300\); nothing was changed\n {2}HINT: see who holds them: SELECT /,
    );
    expect(await picture()).toEqual(before);
    await Promise.all(held.map((client) => client.end()));
    expect(await update(locked, url)).toMatchObject({ left: [], open: 0 });
    expect(await picture()).not.toEqual(before);
  });
});

describe('a table that another session has locked', () => {
  it('is waited for, then the change has timed out, which is not "failed"', async () => {
    const other = await ground.session();
    await other.query('BEGIN; LOCK TABLE dbf.drafts IN ACCESS EXCLUSIVE MODE');
    const began = performance.now();
    expect(await failure(runner)).toMatch(
      /^TeardownError: connector-timed-out: [^]* waited 10 seconds for a lock of another session \(SQLSTATE 55P03\); nothing was changed\n {2}HINT: see who waits for whom: SELECT /,
    );
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await picture()).toEqual(before);
    await other.query('ROLLBACK');
    await again();
  });

  it('is changed when the lock ends before the wait does', async () => {
    const other = await ground.session();
    await other.query('BEGIN; LOCK TABLE dbf.drafts IN ACCESS EXCLUSIVE MODE');
    const freed = async () => {
      setTimeout(() => void other.query('ROLLBACK'), 1000);
      return Promise.resolve('passes' as const);
    };
    expect(await update(closed, await throughProxy(runner, at(/^ALTER TABLE/, freed)))).toMatchObject({
      open: 0,
    });
    expect(await picture()).toEqual(after);
  });

  it('is not locked for long by a run that has vanished: the server ends its transaction', async () => {
    const found = await connectors.changeDatabase('env:DBF_RUNNER_URL', 'dbf', (session) =>
      session.query(
        `SELECT name, setting FROM pg_settings WHERE name LIKE '%\\_timeout' AND source = 'client'`,
      ),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        { name: 'idle_in_transaction_session_timeout', setting: '60000' },
        { name: 'lock_timeout', setting: '10000' },
        { name: 'statement_timeout', setting: '30000' },
      ]),
    );
  });
});

describe('a database that is read only', () => {
  afterEach(() => ground.sql('ALTER DATABASE dbf RESET default_transaction_read_only', 'postgres'));

  it('refuses the change in one clear line, and can still be looked at', async () => {
    await ground.sql('ALTER DATABASE dbf SET default_transaction_read_only = on', 'postgres');
    expect(await failure(runner)).toMatch(
      /^TeardownError: connector-read-only: [^]* takes no changes from the login of env:DBF_URL \(SQLSTATE 25006\); nothing was changed\n {2}HINT: SELECT pg_is_in_recovery/,
    );
    expect(await picture()).toEqual(before);
    await ground.sql('ALTER DATABASE dbf RESET default_transaction_read_only', 'postgres');
    await again();
  });
});
