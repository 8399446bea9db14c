import { type AccessObject, type AccessPicture, type Membership, type Right } from '../connectors/index.ts';

type Kept = 'as before' | 'none';

/** What a step takes from a database, as a reviewer reads it. What is not named stays as before. */
export interface AccessCuts {
  /** All logins of the system: what belongs to the role, not to the database, is never taken from anybody else's on the server. */
  readonly logins: Readonly<Record<string, 'as before' | 'locked'>>;
  readonly writes: 'as before' | 'blocked';
  /** `schema.table`: rights on them stay while writes are blocked. */
  readonly stillWritten: readonly string[];
  readonly schemas: Readonly<Record<string, Kept>>;
  /** `schema.table.column` */
  readonly columns: Readonly<Record<string, Kept>>;
}

interface Context {
  readonly cuts: AccessCuts;
  readonly exempt: ReadonlySet<string>;
}

/** What reads only, by kind: all else writes, or makes things that could. Default privileges count as what they are for. */
const reading: Readonly<Record<string, readonly string[]>> = {
  database: ['CONNECT'],
  schema: ['USAGE'],
  relation: ['SELECT'],
  column: ['SELECT'],
  sequence: ['SELECT'],
  function: ['EXECUTE'],
  TABLES: ['SELECT'],
  SEQUENCES: ['SELECT'],
  SCHEMAS: ['USAGE'],
  ROUTINES: [],
  TYPES: ['USAGE'],
};

/**
 * What every access list, login, membership and owner should be: the former picture less the cuts, never more. The owner of a
 * thing keeps its own rights on it, because foreign keys are checked with them; so nobody may be or become that owner: a role
 * without login loses its members (they keep reading), and what a login owns goes to the runner.
 */
export function desiredAccess(
  former: AccessPicture,
  cuts: AccessCuts,
  exemptLogins: readonly string[],
): AccessPicture {
  const context = { cuts, exempt: new Set([former.runner, ...exemptLogins]) };
  const blocked = cuts.writes === 'blocked';
  const owners = new Set(former.objects.map(({ owner }) => owner));
  const withdrawn = (each: Membership) =>
    blocked &&
    !context.exempt.has(each.member) &&
    (each.role === 'pg_write_all_data' ||
      (owners.has(each.role) && !former.roles[each.role]?.login) ||
      former.roles[each.role]?.superuser === true);
  const lost = former.memberships.filter(withdrawn);
  const objects = former.objects.map((object) => taken(object, former, lost, context));
  return {
    runner: former.runner,
    roles: Object.fromEntries(
      Object.entries(former.roles).map(([name, role]) => [
        name,
        {
          ...role,
          login: role.login && (context.exempt.has(name) || cuts.logins[name] !== 'locked'),
          createRole: role.createRole && !(blocked && name in cuts.logins && !context.exempt.has(name)),
        },
      ]),
    ),
    memberships: former.memberships.filter((each) => !withdrawn(each)),
    objects: withoutColumns(
      objects.map((object) => ({ ...object, rights: kept(object, context) })),
      context,
    ),
  };
}

/** The object as its next owner will have it, with reading for those who read through the former one. */
function taken(
  object: AccessObject,
  { roles, runner }: AccessPicture,
  lost: readonly Membership[],
  { cuts, exempt }: Context,
): AccessObject {
  if (cuts.writes !== 'blocked' || object.kind === 'database' || object.kind === 'default') return object;
  const { owner } = object;
  const moves = roles[owner]?.login === true && !exempt.has(owner);
  const readers = moves ? [owner] : lost.filter(({ role }) => role === owner).map(({ member }) => member);
  const next = moves ? owned(object, runner) : object;
  const privileges =
    object.kind === 'column' || object.kind === 'function' ? [] : (reading[object.kind] ?? []);
  const more = readers.flatMap((grantee) =>
    privileges.map((privilege) => ({ grantee, grantor: next.owner, privilege, grantable: false })),
  );
  return { ...next, rights: unique([...next.rights, ...more]) };
}

/** What the server makes of an access list when the owner changes: the new one stands wherever the old one stood. */
export function owned(object: AccessObject, owner: string): AccessObject {
  const renamed = (name: string) => (name === object.owner ? owner : name);
  const rights = object.rights.map((right) => ({
    ...right,
    grantee: renamed(right.grantee),
    grantor: renamed(right.grantor),
  }));
  return { ...object, owner, rights: unique(rights) };
}

function unique(rights: readonly Right[]): readonly Right[] {
  const found = new Map<string, Right>();
  for (const right of rights) {
    const key = rightKey(right);
    if (found.get(key)?.grantable !== true) found.set(key, right);
  }
  return [...found.values()];
}

/** Names a right; whether it may be handed on is no part of it. */
export function rightKey({ grantee, grantor, privilege }: Right): string {
  return JSON.stringify([grantee, grantor, privilege]);
}

function kept(object: AccessObject, { cuts, exempt }: Context): readonly Right[] {
  const closed = object.schema !== '' && cuts.schemas[object.schema] === 'none';
  const still = cuts.stillWritten.includes(`${object.schema}.${object.name}`);
  const blocked = cuts.writes === 'blocked' && !still;
  const column = cuts.columns[`${object.schema}.${object.name}.${object.column}`] === 'none';
  const reads = reading[object.kind === 'default' ? object.name : object.kind] ?? [];
  const definer = object.kind === 'function' && object.follows;
  return object.rights.filter(
    ({ grantee, privilege }) =>
      grantee === object.owner ||
      exempt.has(grantee) ||
      (!closed && !column && (!blocked || (reads.includes(privilege) && !definer))),
  );
}

/** A column cannot be taken from a right on its table: the right goes, and comes back for each of the other columns. */
function withoutColumns(
  objects: readonly AccessObject[],
  { cuts, exempt }: Context,
): readonly AccessObject[] {
  const extra = new Map<string, AccessObject>();
  const tables = objects.map((table) => {
    const open = table.columns.filter(
      (one) => cuts.columns[`${table.schema}.${table.name}.${one}`] !== 'none',
    );
    if (table.kind !== 'relation' || open.length === table.columns.length) return table;
    const whole = (right: Right) =>
      ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'].includes(right.privilege) &&
      right.grantee !== table.owner &&
      !exempt.has(right.grantee);
    for (const column of open) {
      const rights = table.rights.filter(whole);
      extra.set(objectKey({ ...table, kind: 'column', column }), {
        ...table,
        kind: 'column',
        column,
        columns: [],
        implicit: false,
        rights,
      });
    }
    return { ...table, rights: table.rights.filter((right) => !whole(right)) };
  });
  const merged = tables.map((object) => {
    const more = extra.get(objectKey(object));
    extra.delete(objectKey(object));
    return more ? { ...object, rights: unique([...object.rights, ...more.rights]) } : object;
  });
  return [...merged, ...extra.values()];
}

/** Names an object within its database; default privileges belong to their owner. */
export function objectKey({ kind, schema, name, column, owner }: AccessObject): string {
  return JSON.stringify([kind, schema, name, column, kind === 'default' ? owner : '']);
}
