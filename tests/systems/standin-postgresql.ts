import { jest } from '@jest/globals';
import pg from 'pg';
import { driven, type Driven } from '../standins/handlers.ts';
import { postgresqlProvider } from '../../sandbox/standins/postgresql/provider.ts';
import { testSandbox } from '../sandbox-name.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

/** A database of its own for one test file, with roles under a prefix, beside the provider and the SQL to look. */
export interface Ground {
  readonly database: string;
  readonly roles: Driven;
  readonly grants: Driven;
  readonly databases: Driven;
  /** Rows of a statement as the superuser, in `database` or another. */
  sql(statement: string, database?: string): Promise<Record<string, unknown>[]>;
  /** A session that stays open; ends with `clear`. `as`: the URL of another login. */
  session(database?: string, as?: string): Promise<pg.Client>;
  clear(): Promise<void>;
}

export async function postgresqlGround(prefix: string): Promise<Ground> {
  const { env } = testSandbox();
  const provider = postgresqlProvider('0.0.0', env);
  await provider.configure?.({});
  const open: pg.Client[] = [];
  const session = async (database = prefix, as = env.CRM_DATABASE_URL ?? ''): Promise<pg.Client> => {
    const url = new URL(as);
    url.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    await client.connect();
    open.push(client);
    return client;
  };
  const sql: Ground['sql'] = async (statement, database) => {
    const client = await session(database);
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  await sql(`CREATE DATABASE ${prefix}`, 'postgres');
  return {
    database: prefix,
    roles: driven(provider, 'postgresql:index/role:Role'),
    grants: driven(provider, 'postgresql:index/grant:Grant'),
    databases: driven(provider, 'postgresql:index/database:Database'),
    sql,
    session,
    clear: async () => {
      await Promise.allSettled(open.map((client) => client.end()));
      const databases = await sql(
        `SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`,
        'postgres',
      );
      for (const { datname } of databases) {
        await sql(`ALTER DATABASE ${String(datname)} IS_TEMPLATE false`, 'postgres');
        await sql(`DROP DATABASE ${String(datname)} WITH (FORCE)`, 'postgres');
      }
      const roles = await sql(`SELECT rolname FROM pg_roles WHERE rolname LIKE '${prefix}%'`, 'postgres');
      for (const { rolname } of roles) {
        await sql(`DROP OWNED BY ${String(rolname)}; DROP ROLE ${String(rolname)}`, 'postgres');
      }
    },
  };
}
