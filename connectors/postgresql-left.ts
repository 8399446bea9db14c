import { type AccessCuts, isClosed } from '../lifecycle/index.ts';
import type { Database } from './postgresql.ts';

/** Something the cuts should have taken: which cut, and what is left, in words that name roles and tables only. */
export interface Left {
  /** Path within the cuts, such as `writes` or `logins.crm_app`. */
  readonly cut: string;
  readonly says: string;
}

/** Whom no cut is for: the runner, the sealed login, and what the inventory says no step can reach. */
export interface Spared {
  readonly cuts: AccessCuts;
  readonly spared: readonly string[];
}

/**
 * Every role that somebody can act as: each login, the named ones also when they are locked, with all it is a member of,
 * and PUBLIC (0). Superusers are told apart, for they may do everything everywhere.
 */
const acting = `logins AS (
    SELECT oid FROM pg_roles WHERE (rolcanlogin OR rolname = ANY($2)) AND NOT rolsuper
      AND rolname <> ALL($1) AND rolname <> current_user),
  acting AS (
    SELECT 0::oid AS oid, 'PUBLIC' AS who
    UNION SELECT r.oid, r.rolname::text FROM pg_roles r
      WHERE NOT r.rolsuper AND EXISTS (SELECT FROM logins l WHERE pg_has_role(l.oid, r.oid, 'MEMBER'))),
  ours AS (SELECT oid, nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'),
  relations AS (SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind
    FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))`;

const writing = `SELECT a.who, x.schema, x.name, 'write ' || x.schema || '.' || x.name AS may
    FROM acting a, relations x WHERE x.relkind <> 'S' AND (
      has_table_privilege(a.oid, x.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      OR has_any_column_privilege(a.oid, x.oid, 'INSERT, UPDATE, REFERENCES'))
  UNION ALL SELECT a.who, x.schema, coalesce((SELECT t.relname FROM pg_depend p JOIN pg_class t ON t.oid = p.refobjid
      WHERE p.classid = 'pg_class'::regclass AND p.objid = x.oid AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
      LIMIT 1), x.name), 'advance ' || x.schema || '.' || x.name
    FROM acting a, relations x WHERE x.relkind = 'S' AND has_sequence_privilege(a.oid, x.oid, 'USAGE, UPDATE')
  UNION ALL SELECT a.who, '', '', 'create in schema ' || n.nspname FROM acting a, ours n
    WHERE has_schema_privilege(a.oid, n.oid, 'CREATE')
  UNION ALL SELECT a.who, '', '', 'create in the database' FROM acting a, pg_database d
    WHERE d.datname = current_database() AND has_database_privilege(a.oid, d.oid, 'CREATE, TEMP')
  UNION ALL SELECT a.who, '', '', 'act as its owner by ' || n.nspname || '.' || p.proname
    FROM acting a, pg_proc p JOIN ours n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND has_function_privilege(a.oid, p.oid, 'EXECUTE')`;

const readingSchemas = `SELECT a.who, x.schema, x.name, 'read ' || x.schema || '.' || x.name AS may
    FROM acting a, relations x WHERE x.relkind <> 'S' AND has_any_column_privilege(a.oid, x.oid, 'SELECT')
  UNION ALL SELECT a.who, n.nspname::text, '', 'use schema ' || n.nspname FROM acting a, ours n
    WHERE has_schema_privilege(a.oid, n.oid, 'USAGE')`;

const readingColumns = `SELECT a.who, x.schema, t.attname::text AS name, x.schema || '.' || x.name || '.' || t.attname AS may
    FROM acting a, relations x JOIN pg_attribute t ON t.attrelid = x.oid
    WHERE x.schema || '.' || x.name || '.' || t.attname = ANY($3) AND has_column_privilege(a.oid, x.oid, t.attnum, 'SELECT')`;

interface Row {
  readonly who: string;
  readonly schema: string;
  readonly name: string;
  readonly may: string;
}

/**
 * What is left of what the cuts take, as the server itself judges it (`has_*_privilege`) for every login that is not spared and every
 * role it can act as; nothing is concluded from access lists. Empty: the cuts are true.
 */
export async function readLeft(session: Database, { cuts, spared }: Spared): Promise<readonly Left[]> {
  const named = Object.keys(cuts.logins);
  const ask = async (question: string, ...more: readonly unknown[]) =>
    withoutPublicTwice(await session.query<Row>(`WITH ${acting} ${question}`, [spared, named, ...more]));
  const closed = [...Object.values(cuts.schemas), cuts.otherSchemas].includes('none');
  const columns = Object.keys(cuts.columns).filter((name) => cuts.columns[name] === 'none');
  const blocked = cuts.writes === 'blocked';
  const still = ({ schema, name }: Row) =>
    cuts.stillWritten.includes(`${schema}.${name}`) && !isClosed(cuts, schema);
  return [
    ...(await loginsLeft(session, cuts)),
    ...(blocked ? await powersLeft(session, spared, named) : []),
    ...(blocked
      ? grouped(
          'writes',
          (await ask(writing)).filter((row) => !still(row)),
        )
      : []),
    ...(closed
      ? (await ask(readingSchemas))
          .filter(({ schema }) => isClosed(cuts, schema))
          .map((row) => ({
            cut: row.schema in cuts.schemas ? `schemas.${row.schema}` : 'otherSchemas',
            says: sentence(row),
          }))
      : []),
    ...(columns.length > 0
      ? (await ask(readingColumns, columns)).map((row) => ({
          cut: `columns.${row.may}`,
          says: `${row.who} may read ${row.may}`,
        }))
      : []),
  ];
}

const sentence = ({ who, may }: Row): string => `${who} may ${may}`;

function grouped(cut: string, rows: readonly Row[]): readonly Left[] {
  return rows.map((row) => ({ cut, says: sentence(row) }));
}

/** What everybody may is said once. */
function withoutPublicTwice(rows: readonly Row[]): readonly Row[] {
  const everybody = new Set(rows.filter(({ who }) => who === 'PUBLIC').map(({ may }) => may));
  return rows.filter(({ who, may }) => who === 'PUBLIC' || !everybody.has(may));
}

async function loginsLeft(session: Database, { logins }: AccessCuts): Promise<readonly Left[]> {
  const locked = Object.keys(logins).filter((name) => logins[name] !== 'as before');
  const rows = await session.query<{ name: string; login: boolean; sessions: number }>(
    `SELECT rolname AS name, rolcanlogin AS login,
            (SELECT count(*)::int FROM pg_stat_activity a WHERE a.usesysid = r.oid) AS sessions
     FROM pg_roles r WHERE rolname = ANY($1) ORDER BY 1`,
    [locked],
  );
  return rows.flatMap(({ name, login, sessions }) => [
    ...(login ? [{ cut: `logins.${name}`, says: `${name} may log in` }] : []),
    ...(sessions > 0 ? [{ cut: `logins.${name}`, says: `${name} has ${sessions} sessions` }] : []),
  ]);
}

async function powersLeft(
  session: Database,
  spared: readonly string[],
  named: readonly string[],
): Promise<readonly Left[]> {
  const rows = await session.query<{ name: string; superuser: boolean }>(
    `SELECT rolname AS name, rolsuper AS superuser FROM pg_roles
     WHERE rolcanlogin AND rolname <> ALL($1) AND rolname <> current_user
       AND (rolsuper OR rolcreaterole AND rolname = ANY($2)) ORDER BY 1`,
    [spared, named],
  );
  return rows.map(({ name, superuser }) => ({
    cut: 'writes',
    says: `${name} ${superuser ? 'is a superuser' : 'may create roles'}`,
  }));
}
