import pg from 'pg';
import { type TeardownError, within } from '../diagnostics/index.ts';
import { resolveCredentials } from './credentials.ts';
import { CommitLost, explain, isRefusal, lockLimit, sqlState } from './postgresql-problems.ts';
import { connectorError } from './problems.ts';

/** All that the rest of this room needs from a server: one transaction that answers queries. */
export interface Database {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** The name our own sessions carry in pg_stat_activity, so that they are not counted as somebody else's. */
export const applicationName = 'crm-teardown';

/** In milliseconds. The server's own come first: it says which one ran out. */
const limits = {
  query_timeout: 35_000,
  statement_timeout: 30_000,
  /** Whoever comes after us waits as long as we do. */
  lock_timeout: lockLimit,
  /** The server frees the locks of a machine that has vanished. */
  idle_in_transaction_session_timeout: 60_000,
};

const reading = {
  begin: 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
  end: 'ROLLBACK',
} as const;
const changing = { begin: 'BEGIN', end: 'COMMIT' } as const;

/**
 * As `withDatabase`, in a transaction that is committed: all that `work` does is done, or nothing. For what no provider can do to a
 * database.
 */
export function changeDatabase<T>(
  credentials: string,
  database: string,
  work: (session: Database) => Promise<T>,
): Promise<T | undefined> {
  return inSession(credentials, database, changing, work);
}

/**
 * Opens one session, runs `work` in one read-only transaction and closes the session, whatever happens.
 * `database` replaces the one the credentials name; undefined keeps it. Returns undefined if the named database does not
 * exist. Throws TeardownError (exit `unreachable`) when it cannot look; no message holds the connection URL.
 */
export function withDatabase<T>(
  credentials: string,
  database: string | undefined,
  work: (session: Database) => Promise<T>,
): Promise<T | undefined> {
  return inSession(credentials, database, reading, work);
}

async function inSession<T>(
  credentials: string,
  database: string | undefined,
  frame: typeof reading | typeof changing,
  work: (session: Database) => Promise<T>,
): Promise<T | undefined> {
  const client = clientFor(credentials, database);
  const where = `PostgreSQL at ${client.host}:${client.port}`;
  try {
    await within('15 seconds', `connecting to ${where}`, client.connect());
    const [limit, doing] =
      frame === reading ? (['60 seconds', 'reading'] as const) : (['10 minutes', 'changing'] as const);
    const result = await within(limit, `${doing} ${where}`, inTransaction(client, frame, work));
    await end(client, frame);
    return result;
  } catch (error) {
    if (database !== undefined && sqlState(error) === '3D000') return undefined;
    throw explain(error, { where, credentials, changing: frame === changing });
  } finally {
    await close(client);
  }
}

function clientFor(credentials: string, database: string | undefined): pg.Client {
  const value = resolveCredentials(credentials);
  // A parse error carries its input, which is a secret here: so it is dropped, not attached as cause.
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!/^postgres(ql)?:$/.test(url?.protocol ?? '')) throw malformed(credentials);
  if (url !== undefined && database !== undefined) url.pathname = `/${encodeURIComponent(database)}`;
  try {
    const client = new pg.Client({
      connectionString: url?.href ?? '',
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      ...limits,
    });
    // A connection that breaks while idle is reported by the next query; without a listener Node would end.
    client.on('error', () => undefined);
    return client;
  } catch {
    throw malformed(credentials);
  }
}

function malformed(credentials: string): Error {
  return connectorError('connector-credentials-malformed', {
    detail: `the value behind ${credentials} is not a PostgreSQL connection URL`,
    hint: `set it to postgres://LOGIN:PASSWORD@HOST:PORT/postgres, with special characters percent-encoded`,
  });
}

async function inTransaction<T>(
  client: pg.Client,
  { begin }: typeof reading | typeof changing,
  work: (session: Database) => Promise<T>,
): Promise<T> {
  await client.query(begin);
  return work({
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
  });
}

/** Apart from the work and its limit: whatever fails before COMMIT is sent has changed nothing. */
async function end(client: pg.Client, { end: statement }: typeof reading | typeof changing): Promise<void> {
  const { command } = await client.query(statement).catch((cause: unknown) => {
    throw statement === 'COMMIT' && !isRefusal(cause) ? new CommitLost(cause) : cause;
  });
  if (command !== statement) throw notEnded(command);
}

/** A server answers COMMIT of a transaction in which a statement failed with ROLLBACK, and that is no error to it. */
function notEnded(command: string): TeardownError {
  const detail = `PostgreSQL answered COMMIT with ${command}: nothing was changed`;
  return connectorError('connector-answer-unexpected', { detail, hint: 'teardown status' });
}

/** A session that does not close in time is left to the server's own time-outs. */
async function close(client: pg.Client): Promise<void> {
  await within('5 seconds', 'closing a database session', client.end()).catch(() => undefined);
}
