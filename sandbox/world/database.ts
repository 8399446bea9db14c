import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Json } from '../../diagnostics/index.ts';
import { asLogin, inDatabase, readDatabase, withServer } from '../database-picture.ts';
import { projectRoot } from '../install/index.ts';
import { newPassword } from '../new-password.ts';
import type { Part, Surroundings } from './part.ts';

const seedFile = join(projectRoot, 'sandbox', 'world', 'database.sql');
const nameInSeed = 'acme_crm';

/** Who logs in, by the last part of the role's name, and to which database: the CRM's, its neighbour's, the server's own. */
const logins = {
  application: ['app', 'crm'],
  reporting: ['reporting', 'crm'],
  lanting: ['lanting', 'crm'],
  alster: ['alster', 'crm'],
  administrator: ['dba', 'crm'],
  operations: ['ops', 'crm'],
  breakGlass: ['sealed', 'server'],
  neighbour: ['shop', 'neighbour'],
} as const satisfies Readonly<Record<string, readonly [role: string, database: string]>>;

const groups = ['owner', 'contacts', 'billing'];

type Login = keyof typeof logins;

/** Connections to the sample CRM's database. `lanting` and `alster` are customers with a log-in of their own. Holds passwords. */
export interface DatabaseKeys {
  readonly database: string;
  readonly neighbour: string;
  readonly urls: Readonly<Record<Login | 'runner', string>>;
  /** Role of each login. */
  readonly roles: Readonly<Record<Login, string>>;
}

/** The database of database.sql, beside another product's on the same server. */
export const database: Part<DatabaseKeys> = {
  async build({ environment: { CRM_DATABASE_URL: url }, underscored, accounts, progress }) {
    const { crm, neighbour } = databasesOf(underscored);
    for (const { into, statements } of sectionsOf(underscored, accounts)) {
      const server = into === undefined ? url : inDatabase(url, into);
      await withServer(server, async (query) => {
        for (const statement of statements) {
          const [, table] = /^INSERT INTO (\S+)/m.exec(statement) ?? [];
          if (table !== undefined) progress?.(`rows of ${table}`);
          await query(statement);
        }
      });
    }
    const roles = rolesOf(underscored);
    const passwords = Object.values(roles).map((role) => [role, newPassword()] as const);
    await withServer(url, async (query) => {
      for (const [role, password] of passwords)
        await query(`ALTER ROLE ${pg.escapeIdentifier(role)} PASSWORD ${pg.escapeLiteral(password)}`);
    });
    const secrets = new Map(passwords);
    const places = { crm, neighbour, server: 'postgres' };
    const urls = Object.fromEntries(
      Object.entries(logins).map(([login, [, place]]) => {
        const role = roles[login as Login];
        return [login, asLogin(url, role, secrets.get(role) ?? '', places[place])];
      }),
    ) as Readonly<Record<Login, string>>;
    return { database: crm, neighbour, roles, urls: { ...urls, runner: url } };
  },
  async read({ environment: { CRM_DATABASE_URL: url }, underscored }: Surroundings): Promise<Json> {
    const { crm, neighbour } = databasesOf(underscored);
    const roles = groups.map((group) => `${underscored}_${group}`);
    const own = Object.values(rolesOf(underscored));
    const read = {
      crm: await readDatabase(url, { database: crm, roles: [...roles, ...own] }),
      neighbour: await readDatabase(url, { database: neighbour, roles: [] }),
    };
    return JSON.parse(JSON.stringify(read)) as Json;
  },
};

/** A beat of the server's own, as a managed server writes one: its log moves on although nobody works. Ends by the answer. */
export function startHeartbeat(url: string, milliseconds = 1000): () => Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => undefined);
  const timer = setInterval(() => {
    pool.query("SELECT pg_logical_emit_message(false, 'heartbeat', '')").catch(() => undefined);
  }, milliseconds);
  return async () => {
    clearInterval(timer);
    await pool.end();
  };
}

function databasesOf(underscored: string) {
  return { crm: underscored, neighbour: `${underscored}_shop` };
}

function rolesOf(underscored: string): Readonly<Record<Login, string>> {
  const named = Object.entries(logins).map(([login, [role]]) => [login, `${underscored}_${role}`] as const);
  return Object.fromEntries(named) as Readonly<Record<Login, string>>;
}

/** What psql would send, cut where it changes the database; the server takes a CREATE DATABASE only by itself. */
function sectionsOf(
  underscored: string,
  accounts: number,
): readonly { readonly into: string | undefined; readonly statements: readonly string[] }[] {
  const text = readFileSync(seedFile, 'utf8')
    .replaceAll(nameInSeed, underscored)
    .replaceAll(':accounts', String(accounts));
  return text.split(/^(?=CREATE DATABASE |\\connect )/m).map((section) => {
    const [, into] = /^\\connect (\w+)\n/.exec(section) ?? [];
    // No body of a function in it ends a line with a semicolon.
    return { into, statements: section.replace(/^\\connect .*\n/, '').split(/;\n/) };
  });
}
