import pg from 'pg';
import { within } from '../../../diagnostics/index.ts';
import type { DatabaseKeys } from '../../world/database.ts';
import { accounts, admins, data, integrations, modules, sensitive, services, writes } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

type Login = keyof DatabaseKeys['urls'];

/** Statements over the log-ins that people and machines have. None of them changes a row. */
export const databaseDoors: readonly Door<DatabaseKeys>[] = [
  door('application', 'application', 'logs in to the database', 'SELECT 1', [services, data]),
  door('application', 'application', 'reads contacts', 'SELECT count(name) FROM crm.contacts', [
    modules,
    services,
    data,
  ]),
  door(
    'application',
    'application',
    'changes a contact',
    'UPDATE crm.contacts SET phone = phone WHERE false',
    [writes, data],
  ),
  door('application', 'application', 'reads invoices', 'SELECT count(*) FROM billing.invoices', [
    modules,
    services,
    data,
  ]),
  door('application', 'application', 'reads identity numbers', 'SELECT count(id_no) FROM crm.contacts', [
    sensitive,
    services,
    data,
  ]),
  door(
    'application',
    'application',
    'opens a session of an account',
    'INSERT INTO app.sessions (account_id) SELECT 1 WHERE false',
    [services, data],
  ),
  door('application', 'application', 'reads accounts', 'SELECT count(*) FROM app.accounts', [services, data]),
  door(
    'application',
    'application',
    'changes the rights of an account',
    'UPDATE app.account_permissions SET revoked_at = NULL WHERE false',
    [writes, data],
  ),
  door(
    'application',
    'application',
    "writes through a function with its owner's rights",
    `SELECT app.log('seen') WHERE false`,
    [writes, data],
  ),
  door(
    'application',
    'application',
    'changes a table of its own',
    'UPDATE app.upgrades SET ran = ran WHERE false',
    [writes, data],
  ),
  door('customer', 'lanting', 'logs in to the database directly', 'SELECT 1', [accounts, data]),
  door(
    'customer',
    'lanting',
    'places an order by SQL',
    'INSERT INTO crm.orders (customer_id, placed, total) SELECT 1, now(), 1 WHERE false',
    [writes, data],
  ),
  door('second customer', 'alster', 'reads orders by SQL', 'SELECT count(*) FROM crm.orders', [
    accounts,
    modules,
    data,
  ]),
  door(
    'second customer',
    'alster',
    'makes a campaign, as PUBLIC may',
    "INSERT INTO crm.campaigns (title, language) SELECT 'x', 'en' WHERE false",
    [writes, data],
  ),
  door('reporting', 'reporting', 'logs in to the database', 'SELECT 1', [integrations, data]),
  door('reporting', 'reporting', 'reads contacts', 'SELECT count(name) FROM crm.contacts', [
    modules,
    integrations,
    data,
  ]),
  door('reporting', 'reporting', 'reads a view', 'SELECT count(*) FROM crm.customer_overview', [
    modules,
    integrations,
    data,
  ]),
  door('administrator', 'administrator', 'logs in to the database', 'SELECT 1', [admins, data]),
  door(
    'administrator',
    'administrator',
    'makes a table, as the owner',
    'BEGIN; CREATE TABLE crm.found (); ROLLBACK',
    [writes, data],
  ),
  door('administrator', 'administrator', 'makes a role', 'BEGIN; CREATE ROLE found_by_a_door; ROLLBACK', [
    writes,
    data,
  ]),
  door('second administrator', 'operations', 'logs in to the database', 'SELECT 1', [admins, data]),
  door(
    'neighbour',
    'neighbour',
    'changes a row of its own database',
    'UPDATE shop.baskets SET changed = changed WHERE false',
    [],
  ),
  door('break-glass', 'breakGlass', 'logs in to the server', 'SELECT 1', []),
  door('runner', 'runner', 'reads the catalogue', 'SELECT count(*) FROM pg_roles', []),
];

function door(
  principal: string,
  login: Login,
  attempt: string,
  statement: string,
  closedBy: Door<DatabaseKeys>['closedBy'],
): Door<DatabaseKeys> {
  const run = ({ urls }: DatabaseKeys) => tryStatement(urls[login], statement);
  return { principal, attempt, closedBy, answer: 'enforced', run };
}

/** SQLSTATEs by which a server says no: not allowed to log in, no right, no such role, no such database, read-only. */
const refusals = new Set(['28000', '28P01', '42501', '3D000', '25006']);

/** Over a connection of its own. Anything but a clear yes or no throws. */
async function tryStatement(url: string, statement: string): Promise<Outcome> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await within('15 seconds', 'connecting to the database', client.connect());
    await within('15 seconds', 'a statement', client.query(statement));
    return 'allowed';
  } catch (error) {
    if (error instanceof pg.DatabaseError && refusals.has(error.code ?? '')) return 'refused';
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
