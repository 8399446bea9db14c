import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { changeDatabase } from '../../connectors/index.ts';
import { applicationName } from '../../connectors/postgresql.ts';
import { stopAll } from '../connectors/faulty.ts';
import { type Fate, throughProxy } from '../connectors/postgresql-proxy.ts';
import {
  after,
  again,
  at,
  before,
  closed,
  failure,
  ground,
  locked,
  openAgain,
  picture,
  type Picture,
  prepare,
  runner,
  update,
  urlOf,
} from './disturbed-access.ts';

beforeAll(prepare);
beforeEach(openAgain);
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
    expect(said).toMatch(
      /^TeardownError: connector-unreachable: [^]*; [1-9]\d* changes of rights are made, and were not read back\n {2}HINT: /,
    );
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
    const found = await changeDatabase('env:DBF_RUNNER_URL', 'dbf', (session) =>
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

describe('a right that another session gives at the same moment', () => {
  it('stops the change, which takes it the next time', async () => {
    const other = await ground.session();
    await other.query('BEGIN; GRANT UPDATE ON dbf.contacts TO dbf_bi');
    const given = () => {
      setTimeout(() => void other.query('COMMIT'), 1000);
      return 'passes' as const;
    };
    const said = await failure(
      await throughProxy(runner, at(/^REVOKE [A-Z]+ ON TABLE "dbf"."contacts"/, given)),
    );
    expect(said).toMatch(
      /connector-answer-unexpected[^]* \(SQLSTATE XX000\); nothing was changed\n {2}HINT: /,
    );
    const { objects, ...rest } = await picture();
    expect(rest).toEqual({ memberships: before.memberships, roles: before.roles });
    const others = (all: Picture['objects']) => all.filter(({ name }) => name !== 'contacts');
    expect(others(objects)).toEqual(others(before.objects));
    await again();
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
