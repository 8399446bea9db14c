import type { Database } from './postgresql.ts';

/** One entry of an access list; the grantee `''` is PUBLIC. */
export interface Right {
  readonly grantee: string;
  readonly grantor: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

export type AccessKind = 'database' | 'schema' | 'relation' | 'sequence' | 'column' | 'function' | 'default';

/** One thing with an access list, or (`default`) what its owner's new things get: `name` is then TABLES, SEQUENCES and so on. */
export interface AccessObject {
  readonly kind: AccessKind;
  /** Empty for databases and for default privileges of all schemas. */
  readonly schema: string;
  /** `table` of a column, with the column in `column`; a function with its argument types. */
  readonly name: string;
  readonly column: string;
  /** All columns of a relation. */
  readonly columns: readonly string[];
  readonly owner: string;
  /** The access list was never touched: the built-in default holds, which cannot be made implicit again. */
  readonly implicit: boolean;
  /** A function that runs with its owner's rights; a sequence that follows its table's owner. */
  readonly follows: boolean;
  /** `schema.table` whose column a sequence counts for, or empty. */
  readonly countsFor: string;
  /** `schema.table.column` (or `schema.table.` for all of it) that a view reads with its owner's rights. */
  readonly sees: readonly string[];
  readonly rights: readonly Right[];
}

export interface Membership {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
  readonly admin: boolean;
  /** Null before PostgreSQL 16, which has neither. */
  readonly inherit: boolean | null;
  readonly set: boolean | null;
}

/** What a role of the server may do beyond all access lists. */
export interface RolePower {
  readonly login: boolean;
  readonly superuser: boolean;
  readonly createRole: boolean;
}

/** Who may do what in one database; memberships are those of the whole server. */
export interface AccessPicture {
  readonly runner: string;
  /** All roles of the server but its built-in ones. */
  readonly roles: Readonly<Record<string, RolePower>>;
  readonly memberships: readonly Membership[];
  readonly objects: readonly AccessObject[];
}

const rightsOf = (acl: string) => `ARRAY(SELECT jsonb_build_object(
    'grantee', CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee) END,
    'grantor', pg_get_userbyid(a.grantor), 'privilege', a.privilege_type, 'grantable', a.is_grantable)
  FROM aclexplode(${acl}) a ORDER BY a.grantee, a.privilege_type COLLATE "C", a.grantor)`;

interface Source {
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly acl: string;
  readonly from: string;
  readonly standard?: string;
  readonly column?: string;
  readonly columns?: string;
  readonly follows?: string;
  readonly countsFor?: string;
  readonly sees?: string;
}

function select({ kind, schema, name, owner, acl, from, ...more }: Source): string {
  const { standard, column = `''`, columns = `'{}'::text[]`, follows = 'false' } = more;
  const { countsFor = `''`, sees = `'{}'::text[]` } = more;
  const whole = standard === undefined ? acl : `coalesce(${acl}, acldefault(${standard}, ${owner}))`;
  return `SELECT ${kind} AS kind, ${schema}::text AS schema, ${name}::text AS name, ${column}::text AS "column",
    ${columns} AS columns, pg_get_userbyid(${owner})::text AS owner, ${acl} IS NULL AS implicit, ${follows} AS follows,
    ${countsFor} AS "countsFor", ${sees} AS sees, ${rightsOf(whole)} AS rights FROM ${from}`;
}

const ours = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
const inSchemas = (table: string, column: string) => `${table} JOIN pg_namespace n ON n.oid = ${column}`;

/** What the rule of a view depends on; a view without rules sees nothing. */
const seenBy = (
  view: string,
) => `ARRAY(SELECT DISTINCT s.nspname || '.' || t.relname || '.' || coalesce(a.attname, '')
    FROM pg_rewrite w JOIN pg_depend p ON p.classid = 'pg_rewrite'::regclass AND p.objid = w.oid
    JOIN pg_class t ON p.refclassid = 'pg_class'::regclass AND t.oid = p.refobjid AND t.oid <> ${view}.oid
    JOIN pg_namespace s ON s.oid = t.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.refobjsubid AND p.refobjsubid > 0
    WHERE w.ev_class = ${view}.oid ORDER BY 1)`;

const sources: readonly Source[] = [
  {
    kind: `'database'`,
    schema: `''`,
    name: 'd.datname',
    owner: 'd.datdba',
    acl: 'd.datacl',
    standard: `'d'`,
    from: 'pg_database d WHERE d.datname = current_database()',
  },
  {
    kind: `'schema'`,
    schema: 'n.nspname',
    name: 'n.nspname',
    owner: 'n.nspowner',
    acl: 'n.nspacl',
    standard: `'n'`,
    from: `pg_namespace n WHERE ${ours}`,
  },
  {
    kind: `CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END`,
    schema: 'n.nspname',
    name: 'c.relname',
    owner: 'c.relowner',
    acl: 'c.relacl',
    standard: `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`,
    columns: `CASE c.relkind WHEN 'S' THEN '{}' ELSE ARRAY(SELECT t.attname::text FROM pg_attribute t
      WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped ORDER BY t.attnum) END`,
    follows: `EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid
      AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i') AND c.relkind = 'S')`,
    countsFor: `coalesce((SELECT s.nspname || '.' || t.relname FROM pg_depend p JOIN pg_class t ON t.oid = p.refobjid
      JOIN pg_namespace s ON s.oid = t.relnamespace WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid
      AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i') AND c.relkind = 'S' LIMIT 1), '')`,
    sees: seenBy('c'),
    from: `${inSchemas('pg_class c', 'c.relnamespace')} WHERE ${ours} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')`,
  },
  {
    kind: `'column'`,
    schema: 'n.nspname',
    name: 'c.relname',
    column: 't.attname',
    owner: 'c.relowner',
    acl: 't.attacl',
    from: `pg_attribute t JOIN ${inSchemas('pg_class c ON c.oid = t.attrelid', 'c.relnamespace')}
      WHERE ${ours} AND t.attacl IS NOT NULL AND NOT t.attisdropped`,
  },
  {
    kind: `'function'`,
    schema: 'n.nspname',
    name: `quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'`,
    owner: 'p.proowner',
    acl: 'p.proacl',
    standard: `'f'`,
    follows: 'p.prosecdef',
    from: `${inSchemas('pg_proc p', 'p.pronamespace')} WHERE ${ours} AND p.prokind <> 'a'`,
  },
  {
    kind: `'default'`,
    schema: `coalesce(n.nspname, '')`,
    name: `CASE f.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
      WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE f.defaclobjtype::text END`,
    owner: 'f.defaclrole',
    acl: 'f.defaclacl',
    from: 'pg_default_acl f LEFT JOIN pg_namespace n ON n.oid = f.defaclnamespace',
  },
];

/**
 * Reads who may do what in the session's database, without the server's own schemas; an access list that was never touched
 * counts as its built-in default (PUBLIC's CONNECT, TEMP and EXECUTE are invisible otherwise).
 */
export async function readAccess(session: Database): Promise<AccessPicture> {
  const [me] = await session.query<{ runner: string }>('SELECT current_user::text AS runner');
  const roles = await session.query<RolePower & { name: string }>(
    `SELECT rolname::text AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS "createRole" FROM pg_roles
     WHERE rolname NOT LIKE 'pg\\_%' ORDER BY rolname COLLATE "C"`,
  );
  const memberships = await session.query<Membership>(
    `SELECT pg_get_userbyid(roleid)::text AS role, pg_get_userbyid(member)::text AS member,
            pg_get_userbyid(grantor)::text AS grantor, admin_option AS admin,
            (to_jsonb(m) ->> 'inherit_option')::bool AS inherit, (to_jsonb(m) ->> 'set_option')::bool AS set
     FROM pg_auth_members m ORDER BY 1, 2, 3`,
  );
  const objects = await session.query<AccessObject>(
    `SELECT * FROM (${sources.map(select).join('\nUNION ALL\n')}) found
     ORDER BY kind COLLATE "C", schema COLLATE "C", name COLLATE "C", "column" COLLATE "C", owner COLLATE "C"`,
  );
  return {
    runner: me?.runner ?? '',
    roles: Object.fromEntries(roles.map(({ name, ...role }) => [name, role])),
    memberships,
    objects,
  };
}

/** The picture without what is of no concern to this database: roles and memberships of neighbours on the same server. */
export function withoutNeighbours(picture: AccessPicture, logins: readonly string[]): AccessPicture {
  const { objects, runner } = picture;
  const memberships = concerned(picture.memberships, objects);
  const named = new Set([
    runner,
    ...logins,
    ...objects.flatMap(({ owner, rights }) => [owner, ...rights.map(({ grantee }) => grantee)]),
    ...memberships.flatMap(({ role, member }) => [role, member]),
  ]);
  const roles = Object.fromEntries(Object.entries(picture.roles).filter(([name]) => named.has(name)));
  return { ...picture, roles, memberships };
}

/** The memberships that lead to rights in this database; those of neighbours on the server are not looked at. */
function concerned(
  memberships: readonly Membership[],
  objects: readonly AccessObject[],
): readonly Membership[] {
  const leading = new Set(
    objects.flatMap(({ owner, rights }) => [owner, ...rights.map(({ grantee }) => grantee)]),
  );
  for (let size = -1; size !== leading.size;) {
    size = leading.size;
    for (const { role, member } of memberships) if (leading.has(role)) leading.add(member);
  }
  return memberships.filter(
    ({ role, member }) =>
      !member.startsWith('pg_') && (leading.has(role) || (role.startsWith('pg_') && leading.has(member))),
  );
}
