import { beforeAll, expect, it } from '@jest/globals';
import { digest, type Json } from '../../diagnostics/index.ts';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { database, type DatabaseKeys, startHeartbeat } from '../../sandbox/world/database.ts';
import { testSandbox } from '../sandbox-name.ts';

let keys: DatabaseKeys;

function surroundings(prefix = 'worlddb') {
  const underscored = `${prefix}_${process.pid}`;
  const system = underscored.replaceAll('_', '-');
  return { environment: environmentOf(testSandbox().env), system, underscored, accounts: 400 };
}

const ask = (url: string, statement: string) => withServer(url, (query) => query(statement));

beforeAll(async () => {
  keys = await database.build(surroundings());
}, 60_000);

it('holds as many accounts as were asked for, and what belongs to them', async () => {
  const [counts] = await ask(
    keys.urls.breakGlass.replace(/[^/]*$/, keys.database),
    `SELECT (SELECT count(*)::int FROM app.accounts) AS accounts, (SELECT count(*)::int FROM crm.contacts) AS contacts,
      (SELECT count(*)::int FROM app.account_permissions WHERE revoked_at IS NOT NULL) AS "revokedBefore",
      (SELECT count(DISTINCT language)::int FROM app.accounts) AS languages`,
  );
  expect(counts).toEqual({ accounts: 400, contacts: 400, revokedBefore: 18, languages: 2 });
});

it('lets each login do its work, and what nobody meant', async () => {
  const { application, reporting, lanting, alster, administrator, operations, neighbour } = keys.urls;
  await ask(application, `SELECT app.log('a test'); UPDATE crm.contacts SET phone = phone WHERE id = 1`);
  await ask(application, 'SELECT id_no FROM crm.contacts; INSERT INTO app.sessions (account_id) VALUES (1)');
  await ask(reporting, 'SELECT * FROM crm.customer_overview; SELECT * FROM billing.invoices');
  await ask(lanting, `INSERT INTO crm.orders (customer_id, placed, total) VALUES (3, now(), 12)`);
  await ask(alster, `INSERT INTO crm.campaigns (title, language) VALUES ('anybody may', 'en')`);
  await ask(administrator, 'CREATE TABLE crm.scratch (id int); DROP TABLE crm.scratch');
  await ask(operations, 'DELETE FROM crm.campaigns WHERE false');
  await ask(neighbour, 'INSERT INTO shop.baskets (id, article) VALUES (900, $$a$$)');
  await expect(ask(reporting, 'UPDATE crm.contacts SET phone = NULL')).rejects.toThrow('permission denied');
});

it('is read back equal until something changes, and different after every kind of change', async () => {
  const own = surroundings('changeddb');
  const { database: name, neighbour, roles, urls } = await database.build(own);
  const read = (): Promise<Json> => database.read(own);
  const seen = new Set([digest(await read()), digest(await read())]);
  expect(seen.size).toBe(1);
  const changes: readonly (readonly [database: string, statement: string])[] = [
    ['postgres', `ALTER ROLE ${roles.lanting} NOLOGIN`],
    ['postgres', `REVOKE ${name}_billing FROM ${roles.application}`],
    [name, 'REVOKE INSERT ON crm.campaigns FROM PUBLIC'],
    [name, 'REVOKE SELECT ON crm.contacts FROM ' + roles.reporting],
    [name, `GRANT SELECT (name) ON crm.contacts TO ${roles.reporting}`],
    [name, 'REVOKE EXECUTE ON FUNCTION app.log(text) FROM PUBLIC'],
    [name, 'ALTER TABLE app.upgrades OWNER TO CURRENT_USER'],
    [
      name,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA crm REVOKE SELECT ON TABLES FROM ${roles.reporting}`,
    ],
    [name, `UPDATE crm.contacts SET phone = '0' WHERE id = 7`],
    [neighbour, 'DELETE FROM shop.baskets WHERE id = 3'],
  ];
  for (const [into, statement] of changes) {
    await ask(inDatabase(urls.runner, into), statement);
    seen.add(digest(await read()));
  }
  expect(seen.size).toBe(changes.length + 1);
}, 60_000);

it('has a heart that beats until it is told to stop', async () => {
  const beating = `SELECT 1 FROM pg_stat_activity WHERE datname = '${keys.neighbour}' AND query LIKE '%heartbeat%'`;
  const stop = startHeartbeat(inDatabase(keys.urls.runner, keys.neighbour), 20);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await ask(keys.urls.runner, beating)).toHaveLength(1);
  await stop();
  expect(await ask(keys.urls.runner, beating)).toEqual([]);
});
