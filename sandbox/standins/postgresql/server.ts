import pg from 'pg';
import { TeardownError, within } from '../../../diagnostics/index.ts';
import { type Properties, unknown } from '../../../provider/protocol.ts';
import { problems } from '../problems.ts';

/** Where the provider's own session goes; objects of another database are reached by naming that one. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslmode: 'disable' | 'require';
}

export type Environment = Readonly<Record<string, string | undefined>>;

const known = ['host', 'port', 'username', 'password', 'database', 'sslmode', 'superuser', 'version'];

/**
 * Settings from the provider's configuration over CRM_DATABASE_URL over the PG* variables: in the sandbox a
 * stray PGHOST must not lead to another server. Throws for what the stand-in does not know.
 */
export function settingsFrom(config: Properties, environment: Environment): ServerSettings {
  const strange = Object.keys(config).filter((name) => !known.includes(name));
  if (strange.length > 0) throw wrong(`unknown provider configuration: ${strange.join(', ')}`);
  if (Object.values(config).includes(unknown)) throw wrong('provider configuration is not known yet');
  // As the real provider with `superuser: false`: it never reads password hashes into state.
  if (!['false', false, undefined].includes(config.superuser as string | boolean | undefined)) {
    throw wrong('superuser is not false; the stand-in reads no password hashes');
  }
  const ambient = ambientSettings(environment);
  const text = (name: string): string | undefined => {
    const given = config[name] as string | number | undefined;
    return given === undefined ? ambient[name] : String(given);
  };
  const host = text('host');
  if (!host) throw wrong('no host: neither configured nor in CRM_DATABASE_URL nor in PGHOST');
  return {
    host,
    port: portNumber(text('port') ?? '5432'),
    user: text('username') ?? 'postgres',
    password: text('password'),
    database: text('database') ?? 'postgres',
    sslmode: sslMode(text('sslmode')),
  };
}

function ambientSettings(environment: Environment): Environment {
  if (!environment.CRM_DATABASE_URL) {
    const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE } = environment;
    const [host, port, username] = [PGHOST, PGPORT, PGUSER];
    return { host, port, username, password: PGPASSWORD, database: PGDATABASE, sslmode: PGSSLMODE };
  }
  if (!URL.canParse(environment.CRM_DATABASE_URL)) throw wrong('CRM_DATABASE_URL is not a URL');
  const url = new URL(environment.CRM_DATABASE_URL);
  const part = (value: string): string | undefined => (value === '' ? undefined : decodeURIComponent(value));
  return {
    host: part(url.hostname),
    port: part(url.port),
    username: part(url.username),
    password: part(url.password),
    database: part(url.pathname.slice(1)),
    sslmode: url.searchParams.get('sslmode') ?? 'disable',
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong(`port is "${text}"`);
  return port;
}

function sslMode(text: string | undefined): ServerSettings['sslmode'] {
  if (text === undefined || text === 'disable') return 'disable';
  if (text === 'require') return 'require';
  throw wrong(`sslmode is "${text}"; the stand-in knows disable and require`);
}

function wrong(detail: string): TeardownError {
  const hint = 'set CRM_DATABASE_URL to the address of the sandbox: npm run sandbox -- status';
  return new TeardownError(problems('standin-configuration', { detail, hint }));
}

/** A session in one database. An error of the server arrives as `standin-call-failed` with its SQLSTATE. */
export interface Session {
  /** The rows of one statement. */
  readonly rows: (sql: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
}

export interface Server {
  /** The user of the connection: it becomes the owner of what it takes over. */
  readonly user: string;
  /** Runs statements that cannot be in a transaction; `database` is the connection's own if left out. */
  session<T>(what: string, work: (session: Session) => Promise<T>, database?: string): Promise<T>;
  /** All or nothing. */
  transaction<T>(what: string, work: (session: Session) => Promise<T>, database?: string): Promise<T>;
}

export function serverAt(settings: ServerSettings): Server {
  const session: Server['session'] = (what, work, database = settings.database) =>
    within('2 minutes', what, inSession({ ...settings, database }, what, work));
  return {
    user: settings.user,
    session,
    transaction: (what, work, database) =>
      session(
        what,
        async (open) => {
          await open.rows('BEGIN');
          // A failure leaves the transaction open; the session ends and the server rolls back.
          const result = await work(open);
          await open.rows('COMMIT');
          return result;
        },
        database,
      ),
  };
}

async function inSession<T>(
  settings: ServerSettings,
  what: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...settings,
    ssl: settings.sslmode === 'require' ? { rejectUnauthorized: false } : false,
    application_name: 'pulumi-resource-postgresql (stand-in)',
    connectionTimeoutMillis: 10_000,
    query_timeout: 100_000,
  });
  // A connection lost while idle is found by the next statement.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work({
      rows: async (sql, values = []) => (await client.query<Record<string, unknown>>(sql, [...values])).rows,
    });
  } catch (error) {
    throw error instanceof pg.DatabaseError || !(error instanceof TeardownError)
      ? failed(what, settings, error)
      : error;
  } finally {
    await within('10 seconds', `closing the session for ${what}`, client.end()).catch(() => undefined);
  }
}

/** The server's message and SQLSTATE; its detail line can quote rows and stays out. */
function failed(what: string, settings: ServerSettings, cause: unknown): TeardownError {
  const code = cause instanceof pg.DatabaseError && cause.code ? ` (SQLSTATE ${cause.code})` : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  const detail = `${what}: ${message}${code}, in database ${settings.database} at ${settings.host}:${settings.port}`;
  const hint = 'read the server log, or npm run sandbox -- status';
  return new TeardownError(problems('standin-call-failed', { detail, hint }), { cause });
}

/** Holds off others that work on the same role, its members included, until the transaction ends. */
export async function lockRole(session: Session, role: unknown): Promise<void> {
  await session.rows('SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = $1', [role]);
  await session.rows(
    `SELECT pg_advisory_xact_lock(member::bigint)
       FROM pg_auth_members JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = $1`,
    [role],
  );
}

/** A quoted identifier. */
export function name(identifier: unknown): string {
  return pg.escapeIdentifier(identifier as string);
}

/** A quoted text. */
export function text(value: unknown): string {
  return pg.escapeLiteral(String(value));
}
