import pg from 'pg';
import { digest, within } from '../../diagnostics/index.ts';
import { type WorldNames } from './names.ts';

/** Passwords of the log-in roles, by role name. */
export type Passwords = Readonly<Record<string, string>>;

/** The CRM's roles, database, tables and rows, as somebody would have made them with psql. */
export async function buildDatabase(url: string, names: WorldNames, passwords: Passwords): Promise<void> {
  const q = quotedNames(names);
  await withServer(url, async (query) => {
    for (const group of [q.owner, q.contacts, q.documents]) await query(`CREATE ROLE ${group} NOLOGIN`);
    for (const [login, password] of Object.entries(passwords)) {
      await query(`CREATE ROLE ${pg.escapeIdentifier(login)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    }
    await query(`ALTER ROLE ${q.administrator} CREATEROLE`);
    await query(`GRANT ${q.contacts}, ${q.documents} TO ${q.application}`);
    await query(`GRANT ${q.contacts} TO ${q.erp}`);
    await query(`GRANT ${q.owner} TO ${q.administrator}, ${q.breakGlass}`);
    await query(`CREATE DATABASE ${q.database} OWNER ${q.owner}`);
  });
  await withServer(inDatabase(url, names.database), (query) => query(contentsOf(q)));
}

/** One script, one transaction: schemas, tables, rows and the rights of the two groups. */
function contentsOf(q: WorldNames): string {
  const rights = (schema: string, group: string): string => `
    GRANT USAGE ON SCHEMA ${schema} TO ${group};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${group};`;
  return `
    SET ROLE ${q.owner};
    CREATE SCHEMA crm;
    CREATE SCHEMA kyc;
    CREATE TABLE crm.contacts (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL, email text NOT NULL UNIQUE, phone text, since date NOT NULL);
    CREATE TABLE crm.orders (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      contact integer NOT NULL REFERENCES crm.contacts, placed timestamptz NOT NULL, total numeric(12, 2) NOT NULL);
    CREATE TABLE kyc.documents (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      contact integer NOT NULL REFERENCES crm.contacts, kind text NOT NULL, content bytea NOT NULL);
    INSERT INTO crm.contacts (name, email, phone, since)
      SELECT 'Contact ' || n, 'contact' || n || '@example.test', '+49 30 5550' || n, date '2020-01-01' + n
      FROM generate_series(1, 40) n;
    INSERT INTO crm.orders (contact, placed, total)
      SELECT 1 + n % 40, timestamptz '2025-01-01 12:00+00' + n * interval '1 hour', 10 + n
      FROM generate_series(1, 120) n;
    INSERT INTO kyc.documents (contact, kind, content)
      SELECT n, 'passport', convert_to('scan ' || n, 'UTF8') FROM generate_series(1, 20) n;
    ${rights('crm', q.contacts)}
    ${rights('kyc', q.documents)}
    RESET ROLE;`;
}

/** Roles, memberships, ownership, rights and rows; `database` is null once it is gone. */
export async function readDatabase(url: string, names: WorldNames): Promise<DatabasePicture> {
  const wanted = Object.values(databaseRoles(names));
  const { roles, database } = await withServer(url, async (query) => ({
    roles: await query(rolesQuery, [wanted]),
    database: (await query(databaseQuery, [names.database]))[0] ?? null,
  }));
  const reachable = database !== null && database.allowConnections === true;
  const contents = reachable ? await withServer(inDatabase(url, names.database), readContents) : null;
  return { roles: roles.map(withoutPassword), database, contents };
}

type Row = Readonly<Record<string, unknown>>;

export interface DatabasePicture {
  readonly roles: readonly Row[];
  readonly database: Row | null;
  /** Null when the database is gone or lets nobody in. */
  readonly contents: {
    readonly relations: readonly Row[];
    readonly rows: Readonly<Record<string, string>>;
  } | null;
}

function databaseRoles(names: WorldNames): Readonly<Record<string, string>> {
  const { owner, contacts, documents, application, erp, administrator, breakGlass } = names;
  return { owner, contacts, documents, application, erp, administrator, breakGlass };
}

const rolesQuery = `
  SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS "createRole",
    rolcreatedb AS "createDatabase", rolinherit AS inherit, rolreplication AS replication, rolbypassrls AS "bypassRls",
    rolconnlimit AS "connectionLimit", rolvaliduntil::text AS "validUntil", rolpassword AS password,
    ARRAY(SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = a.oid ORDER BY 1) AS settings,
    ARRAY(SELECT b.rolname || CASE WHEN m.admin_option THEN ' with admin' ELSE '' END
      FROM pg_auth_members m JOIN pg_authid b ON b.oid = m.roleid WHERE m.member = a.oid ORDER BY 1) AS "memberOf"
  FROM pg_authid a WHERE rolname = ANY($1) ORDER BY rolname`;

const databaseQuery = `
  SELECT datname AS name, pg_get_userbyid(datdba) AS owner, datallowconn AS "allowConnections",
    datconnlimit AS "connectionLimit", datacl::text AS acl
  FROM pg_database WHERE datname = $1`;

/** Schemas and tables of the CRM with owner and access list; a list that is not set is null, as the catalogue has it. */
const relationsQuery = `
  SELECT 'schema' AS kind, nspname AS name, pg_get_userbyid(nspowner) AS owner, nspacl::text AS acl
  FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'
  UNION ALL
  SELECT 'relation', n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner), c.relacl::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('crm', 'kyc') AND c.relkind IN ('r', 'S')
  UNION ALL
  SELECT 'default privileges', coalesce(nspname, '') || '/' || d.defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
  ORDER BY 1, 2`;

type Query = (statement: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

async function readContents(query: Query): Promise<DatabasePicture['contents']> {
  const rows: Record<string, string> = {};
  for (const table of ['crm.contacts', 'crm.orders', 'kyc.documents']) {
    const [found] = await query(
      `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' ORDER BY id)), '') AS rows FROM ${table} t`,
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

async function withServer<Result>(url: string, work: (query: Query) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await within('15 seconds', 'connecting to the sandbox database', client.connect());
  try {
    return await work(async (statement, values) => {
      const running = client.query<Record<string, unknown>>(statement, values && [...values]);
      return (await within('1 minute', 'a statement in the sandbox database', running)).rows;
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function quotedNames(names: WorldNames): WorldNames {
  const quoted: Record<keyof WorldNames, string> = { ...names };
  for (const key of Object.keys(names) as (keyof WorldNames)[]) quoted[key] = pg.escapeIdentifier(names[key]);
  return quoted;
}
