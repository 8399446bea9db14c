import pg from 'pg';
import { digest, within } from '../diagnostics/index.ts';

type Row = Readonly<Record<string, unknown>>;

type Query = (statement: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A database with all that belongs to it, as plain values: equal pictures, equal databases. */
export interface DatabasePicture {
  readonly roles: readonly Row[];
  /** Null once it is gone. */
  readonly database: Row | null;
  /** Null when the database is gone or lets nobody in. */
  readonly contents: {
    readonly relations: readonly Row[];
    /** By table: how many rows, and a digest of them. */
    readonly rows: Readonly<Record<string, string>>;
  } | null;
}

/** Roles, memberships, owners, access lists and rows, read by plain SQL; `url` is the server's administrator. */
export async function readDatabase(
  url: string,
  { database: name, roles: wanted }: { readonly database: string; readonly roles: readonly string[] },
): Promise<DatabasePicture> {
  const { roles, database } = await withServer(url, async (query) => ({
    roles: await query(rolesQuery, [wanted]),
    database: (await query(databaseQuery, [name]))[0] ?? null,
  }));
  const reachable = database !== null && database.allowConnections === true;
  const contents = reachable ? await withServer(inDatabase(url, name), readContents) : null;
  return { roles: roles.map(withoutPassword), database, contents };
}

const rolesQuery = `
  SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS "createRole",
    rolcreatedb AS "createDatabase", rolinherit AS inherit, rolreplication AS replication, rolbypassrls AS "bypassRls",
    rolconnlimit AS "connectionLimit", rolvaliduntil::text AS "validUntil", rolpassword AS password,
    ARRAY(SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = a.oid ORDER BY 1) AS settings,
    ARRAY(SELECT b.rolname || CASE WHEN m.admin_option THEN ' with admin' ELSE '' END
      FROM pg_auth_members m JOIN pg_authid b ON b.oid = m.roleid WHERE m.member = a.oid ORDER BY 1) AS "memberOf"
  FROM pg_authid a WHERE rolname = ANY($1) ORDER BY rolname`;

const relationKind = `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`;

/** An access list is a set: a right taken and given back stands at its end. */
const sorted = (acl: string) => `ARRAY(SELECT unnest(${acl})::text ORDER BY 1)::text`;

/** An access list that was never touched is the built-in one: once touched it cannot be made implicit again. */
const whole = (acl: string, kind: string, owner: string) =>
  sorted(`coalesce(${acl}, acldefault(${kind}, ${owner}))`);

const databaseQuery = `
  SELECT datname AS name, pg_get_userbyid(datdba) AS owner, datallowconn AS "allowConnections",
    datconnlimit AS "connectionLimit", ${whole('datacl', `'d'`, 'datdba')} AS acl
  FROM pg_database WHERE datname = $1`;

const own = `n.nspname !~ '^(pg_|information_schema)'`;

/** Everything with owner and access list. */
const relationsQuery = `
  SELECT 'schema' AS kind, nspname::text AS name, pg_get_userbyid(nspowner) AS owner, ${whole('nspacl', `'n'`, 'nspowner')} AS acl
  FROM pg_namespace n WHERE ${own}
  UNION ALL
  SELECT 'relation', n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner), ${whole('c.relacl', relationKind, 'c.relowner')}
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'v', 'S')
  UNION ALL
  SELECT 'column', n.nspname || '.' || c.relname || '.' || t.attname, pg_get_userbyid(c.relowner), ${sorted('t.attacl')}
  FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${own} AND t.attacl IS NOT NULL
  UNION ALL
  SELECT 'function', p.oid::regprocedure::text, pg_get_userbyid(p.proowner), ${whole('p.proacl', `'f'`, 'p.proowner')}
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own}
  UNION ALL
  SELECT 'default privileges', coalesce(nspname, '') || '/' || d.defaclobjtype::text, pg_get_userbyid(defaclrole), ${sorted('defaclacl')}
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
  ORDER BY 1, 2`;

const tablesQuery = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind = 'r' ORDER BY 1`;

async function readContents(query: Query): Promise<DatabasePicture['contents']> {
  const rows: Record<string, string> = {};
  for (const { name } of await query(tablesQuery)) {
    const table = String(name);
    const [found] = await query(
      `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS rows FROM ${table} t`,
    );
    rows[table] = String(found?.rows);
  }
  return { relations: await query(relationsQuery), rows };
}

/** Enough to see that a password is still the same one. */
function withoutPassword({ password, ...role }: Row): Row {
  return { ...role, passwordDigest: password === null ? null : digest(password) };
}

/** The same server and user, another database. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

/** The same server, as one who logs in to a database of it. */
export function asLogin(url: string, login: string, password: string, database: string): string {
  const changed = new URL(inDatabase(url, database));
  changed.username = login;
  changed.password = password;
  return changed.href;
}

/** Works over a connection of its own. */
export async function withServer<Result>(
  url: string,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await within('15 seconds', 'connecting to the sandbox database', client.connect());
  try {
    return await work(async (statement, values) => {
      const running = client.query<Record<string, unknown>>(statement, values && [...values]);
      return (await within('5 minutes', 'a statement in the sandbox database', running)).rows;
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
