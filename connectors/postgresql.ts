import pg from 'pg';
import { TeardownError, TimedOut, within } from '../diagnostics/index.ts';
import { resolveCredentials } from './credentials.ts';
import { connectorError } from './problems.ts';
import { shapeOf } from './shape.ts';

/** All that the rest of this room needs from a server: one transaction that answers queries. */
export interface Database {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** The name our own sessions carry in pg_stat_activity, so that they are not counted as somebody else's. */
export const applicationName = 'crm-teardown';

const reading = {
  begin: 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
  end: 'ROLLBACK',
} as const;
const changing = { begin: 'BEGIN', end: 'COMMIT' } as const;

/**
 * As `withDatabase`, in a transaction that is committed: all that `work` does is done, or nothing. For what no provider can do to a
 * database (DESIGN 5).
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
    return await within(limit, `${doing} ${where}`, inTransaction(client, frame, work));
  } catch (error) {
    if (database !== undefined && sqlState(error) === '3D000') return undefined;
    throw explain(error, where, credentials);
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
      query_timeout: 30_000,
      statement_timeout: 30_000,
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
  { begin, end }: typeof reading | typeof changing,
  work: (session: Database) => Promise<T>,
): Promise<T> {
  await client.query(begin);
  const result = await work({
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
  });
  const { command } = await client.query(end).catch((cause: unknown) => {
    throw end === 'COMMIT' && sqlState(cause) === undefined ? new CommitLost(cause) : cause;
  });
  if (command !== end) throw notEnded(command);
  return result;
}

/** The connection broke between COMMIT and its answer. */
class CommitLost {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
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

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** statement_timeout, lock_timeout, and the limits of the server on idle and whole transactions. */
const outOfTime = new Set(['57014', '55P03', '25P03', '25P04']);

function explain(error: unknown, where: string, credentials: string): unknown {
  if (error instanceof TeardownError && !(error instanceof TimedOut)) return error;
  if (error instanceof CommitLost) {
    const hint = 'the same command again: it looks at what is there before it changes anything';
    const detail = `${where} did not answer COMMIT: all of the change was made, or nothing`;
    return connectorError('connector-unreachable', { detail, hint }, error.cause);
  }
  const state = sqlState(error);
  if (state === undefined) return explainNetwork(error, where, credentials);
  if (state.startsWith('28')) {
    return connectorError(
      'connector-credentials-refused',
      {
        detail: `${where} refused the login of ${credentials} (SQLSTATE ${state})`,
        hint: `check login and password behind ${credentials}`,
      },
      error,
    );
  }
  if (state === '42501') {
    return connectorError(
      'connector-rights-missing',
      {
        detail: `${where} refused to show its catalogue to the login of ${credentials}`,
        hint: `give ${credentials} the login that owns or administers the server`,
      },
      error,
    );
  }
  if (outOfTime.has(state)) {
    const detail = `${where} gave up a statement (SQLSTATE ${state}); nothing of its transaction was changed`;
    const hint = `see who waits for whom: SELECT pid, wait_event_type, state FROM pg_stat_activity; then: teardown status`;
    return connectorError('connector-timed-out', { detail, hint }, error);
  }
  const starting = state.startsWith('57P') || state.startsWith('53') || state.startsWith('08');
  return connectorError(
    starting ? 'connector-unreachable' : 'connector-answer-unexpected',
    {
      detail: `${where} answered with SQLSTATE ${state}`,
      hint: 'look the code up in the PostgreSQL manual, appendix A, and try again: teardown status',
    },
    error,
  );
}

const timedOut = /^(timeout expired|Query read timeout|Connection terminated due to connection timeout)$/;
const hungUp = /^Connection terminated|does not support SSL/;

function explainNetwork(error: unknown, where: string, credentials: string): unknown {
  const hint = `check host and port behind ${credentials}, and that this machine may reach them`;
  const { message, code } = shapeOf(error);
  if (error instanceof TimedOut || timedOut.test(message)) {
    return connectorError(
      'connector-timed-out',
      { detail: `${where} did not answer within its limit`, hint },
      error,
    );
  }
  if (code === '' && !hungUp.test(message)) return error;
  const detail = `no connection to ${where}${code === '' ? '' : ` (${code})`}`;
  return connectorError('connector-unreachable', { detail, hint }, error);
}
