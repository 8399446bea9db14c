import type { Observed } from '../lifecycle/index.ts';
import { applicationName, type Database } from './postgresql.ts';

/** A role as `pg_roles` shows it; `adminOf` are the memberships it may hand on, `roles` all it is a member of. */
export interface RoleFacts {
  readonly login: boolean;
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly inherit: boolean;
  readonly replication: boolean;
  readonly bypassRowLevelSecurity: boolean;
  readonly connectionLimit: number;
  readonly roles: readonly string[];
  readonly adminOf: readonly string[];
  /** `infinity` where none is set, as the provider says it. */
  readonly validUntil: string;
  readonly searchPath: readonly string[];
  /** Parameters set on the role for all databases (`ALTER ROLE ... SET`), as the server keeps them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One role, or undefined. */
export async function readRole(session: Database, name: string): Promise<RoleFacts | undefined> {
  const [row] = await session.query<Omit<RoleFacts, 'searchPath' | 'parameters'> & { config: string[] }>(
    `SELECT rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS "createRole",
            rolcreatedb AS "createDatabase", rolinherit AS inherit, rolreplication AS replication,
            rolbypassrls AS "bypassRowLevelSecurity", rolconnlimit AS "connectionLimit",
            coalesce(rolvaliduntil::text, 'infinity') AS "validUntil",
            ARRAY(SELECT DISTINCT g.rolname::text COLLATE "C" FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                  WHERE m.member = r.oid ORDER BY 1) AS roles,
            ARRAY(SELECT DISTINCT g.rolname::text COLLATE "C" FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                  WHERE m.member = r.oid AND m.admin_option ORDER BY 1) AS "adminOf",
            coalesce(rolconfig, '{}') AS config
     FROM pg_roles r WHERE rolname = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  const { config, ...facts } = row;
  const parameters = Object.fromEntries(config.map((setting) => splitAt(setting, setting.indexOf('='))));
  const paths = parameters.search_path ?? '';
  const searchPath = paths === '' ? [] : paths.split(', ').map((path) => path.replace(/^"|"$/g, ''));
  return { ...facts, searchPath, parameters };
}

function splitAt(text: string, at: number): readonly [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A database with what would stand in the way of its end; `sessions` without our own. */
export interface DatabaseFacts {
  readonly owner: string;
  readonly allowConnections: boolean;
  readonly connectionLimit: number;
  readonly sessions: number;
  readonly preparedTransactions: number;
  readonly activeSlots: number;
  readonly subscriptions: number;
  readonly isTemplate: boolean;
  readonly encoding: string;
  readonly lcCollate: string;
  readonly lcCtype: string;
  readonly tablespaceName: string;
}

/** One database, or undefined. A session that the login may not look into (`backend_type` is hidden from it) is a session. */
export async function readDatabase(session: Database, name: string): Promise<DatabaseFacts | undefined> {
  const [row] = await session.query<DatabaseFacts>(
    `SELECT pg_get_userbyid(datdba) AS owner, datallowconn AS "allowConnections",
            datconnlimit AS "connectionLimit", datistemplate AS "isTemplate",
            pg_encoding_to_char(encoding) AS encoding, datcollate AS "lcCollate", datctype AS "lcCtype",
            (SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace) AS "tablespaceName",
            (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datname = d.datname
               AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender')
               AND NOT (a.usename = current_user AND a.application_name = $2)) AS sessions,
            (SELECT count(*)::int FROM pg_prepared_xacts p WHERE p.database = d.datname) AS "preparedTransactions",
            (SELECT count(*)::int FROM pg_replication_slots s WHERE s.database = d.datname AND s.active) AS "activeSlots",
            (SELECT count(subname)::int FROM pg_subscription s WHERE s.subdbid = d.oid) AS subscriptions
     FROM pg_database d WHERE datname = $1`,
    [name, applicationName],
  );
  return row;
}

/** What a role was granted directly on all tables, views and foreign tables of a schema. */
export interface GrantFacts {
  /** Sorted; only what it holds on every table. */
  readonly privileges: readonly string[];
  /** Every table has exactly these, and no single column has a grant of its own. */
  readonly uniform: boolean;
  /** At least one right may be handed on. */
  readonly grantable: boolean;
  readonly schemaUsage: boolean;
}

/**
 * A role's direct rights in one schema of the session's database, from the access lists; an access list that was
 * never touched counts as its built-in default. Undefined if the schema or the role does not exist.
 */
export async function readGrants(
  session: Database,
  schema: string,
  role: string,
): Promise<GrantFacts | undefined> {
  const [found] = await session.query<{
    namespace: number;
    grantee: number;
    usage: boolean;
    columns: boolean;
  }>(
    `SELECT n.oid::int8::text AS namespace, r.oid::int8::text AS grantee,
            EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                    WHERE a.grantee = r.oid AND a.privilege_type = 'USAGE') AS usage,
            EXISTS (SELECT FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
                    WHERE c.relnamespace = n.oid AND a.grantee = r.oid) AS columns
     FROM pg_namespace n, pg_roles r WHERE n.nspname = $1 AND r.rolname = $2`,
    [schema, role],
  );
  if (found === undefined) return undefined;
  const tables = await session.query<{ privileges: string[]; grantable: boolean }>(
    `SELECT ARRAY(SELECT DISTINCT a.privilege_type COLLATE "C" FROM aclexplode(acl) a
                  WHERE a.grantee = $2::oid ORDER BY 1) AS privileges,
            EXISTS (SELECT FROM aclexplode(acl) a WHERE a.grantee = $2::oid AND a.is_grantable) AS grantable
     FROM (SELECT coalesce(relacl, acldefault('r', relowner)) AS acl FROM pg_class
           WHERE relnamespace = $1::oid AND relkind IN ('r', 'p', 'v', 'm', 'f')) t`,
    [found.namespace, found.grantee],
  );
  const lists = tables.map((table) => table.privileges);
  const privileges = (lists[0] ?? []).filter((right) => lists.every((list) => list.includes(right)));
  return {
    privileges,
    uniform: !found.columns && lists.every((list) => list.length === privileges.length),
    grantable: tables.some((table) => table.grantable),
    schemaUsage: found.usage,
  };
}

/** The facts of the contract for a `database-role`. */
export function observedRole({ adminOf, parameters, ...facts }: RoleFacts): Observed {
  return facts;
}

/** The facts of the contract for a `database`. */
export function observedDatabase(facts: DatabaseFacts): Observed {
  const { owner, allowConnections, connectionLimit, sessions, ...rest } = facts;
  const { preparedTransactions, activeSlots, subscriptions } = rest;
  const standing = { sessions, preparedTransactions, activeSlots, subscriptions };
  return { owner, allowConnections, connectionLimit, ...standing };
}
