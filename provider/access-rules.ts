import type { AccessObject, AccessPicture, Membership, Right } from '../connectors/index.ts';
import { type AccessCuts, isClosed, serverPowers } from '../lifecycle/index.ts';

interface Context {
  readonly cuts: AccessCuts;
  readonly exempt: ReadonlySet<string>;
  /** `schema.table.column` that nobody may read any more; all of a closed schema's are not among them. */
  readonly hidden: ReadonlySet<string>;
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
  const exempt = new Set([former.runner, ...exemptLogins]);
  const context = { cuts, exempt, hidden: hiddenColumns(former, cuts) };
  const withdrawn = (each: Membership) => isWithdrawn(each, former, context);
  const all = readersOfAll(former, context);
  const lost = former.memberships.filter(withdrawn);
  const objects = former.objects.map((object) =>
    taken(
      object,
      former,
      [...all, ...lost.filter(({ role }) => role === object.owner).map(({ member }) => member)],
      context,
    ),
  );
  return {
    runner: former.runner,
    roles: desiredRoles(former, context),
    memberships: former.memberships.filter((each) => !withdrawn(each)),
    objects: withoutColumns(
      objects.map((object) => ({ ...object, rights: kept(object, context) })),
      context,
    ),
  };
}

function desiredRoles({ roles }: AccessPicture, { cuts, exempt }: Context): AccessPicture['roles'] {
  const blocked = cuts.writes === 'blocked';
  return Object.fromEntries(
    Object.entries(roles).map(([name, role]) => {
      const named = cuts.logins[name];
      if (named === undefined || exempt.has(name)) return [name, role];
      const login = role.login && named === 'as before';
      return [
        name,
        { login, superuser: role.superuser && !blocked, createRole: role.createRole && !blocked },
      ];
    }),
  );
}

/** Only from logins of the system and from groups: another login on the server, and what it may do there, is not ours. */
function isWithdrawn(
  { role, member, grantor }: Membership,
  former: AccessPicture,
  { cuts, exempt }: Context,
): boolean {
  if (exempt.has(member)) return false;
  const named = cuts.logins[member];
  if (named === 'removed' || cuts.logins[role] === 'removed' || cuts.logins[grantor] === 'removed')
    return true;
  if (cuts.writes !== 'blocked') return false;
  if (named !== undefined && (serverPowers.includes(role) || former.roles[role]?.superuser === true))
    return true;
  const isOwner = former.objects.some(({ owner }) => owner === role) && !former.roles[role]?.login;
  return isOwner && (named !== undefined || former.roles[member]?.login === false);
}

/** Those whose power to read everything goes with their power to write: they get it back thing by thing, so that it can be cut. */
function readersOfAll({ roles, memberships }: AccessPicture, { cuts, exempt }: Context): readonly string[] {
  if (cuts.writes !== 'blocked') return [];
  return Object.keys(cuts.logins).filter(
    (name) =>
      !exempt.has(name) &&
      (roles[name]?.superuser === true ||
        memberships.some(
          ({ role, member }) =>
            member === name && (role === 'pg_read_all_data' || roles[role]?.superuser === true),
        )),
  );
}

/** The object as its next owner will have it, with reading for those who read through the former one. */
function taken(
  object: AccessObject,
  { roles, runner }: AccessPicture,
  losers: readonly string[],
  { cuts, exempt }: Context,
): AccessObject {
  if (cuts.writes !== 'blocked' || object.kind === 'database' || object.kind === 'default') return object;
  const { owner } = object;
  const moves = roles[owner]?.login === true && !exempt.has(owner);
  const next = moves ? owned(object, runner) : object;
  const privileges =
    object.kind === 'column' || object.kind === 'function' ? [] : (reading[object.kind] ?? []);
  const more = [...losers, ...(moves ? [owner] : [])].flatMap((grantee) =>
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

function kept(object: AccessObject, { cuts, exempt, hidden }: Context): readonly Right[] {
  const path = `${object.schema}.${object.name}`;
  const closed = object.schema !== '' && isClosed(cuts, object.schema);
  const still = [path, object.countsFor].some((table) => cuts.stillWritten.includes(table));
  const blocked = cuts.writes === 'blocked' && !still;
  const unseen = hidden.has(`${path}.${object.column}`) || hidden.has(`${path}.`);
  const reads = reading[object.kind === 'default' ? object.name : object.kind] ?? [];
  const definer = object.kind === 'function' && object.follows;
  const gone = (name: string) => cuts.logins[name] === 'removed';
  if (object.kind === 'default' && gone(object.owner)) return [];
  // What a spared login has from one that loses it would fall with it: it comes from the owner then.
  const narrowed = closed || unseen || blocked;
  const rights = object.rights.map((right) =>
    narrowed && exempt.has(right.grantee) ? { ...right, grantor: object.owner } : right,
  );
  return unique(rights).filter(
    ({ grantee, grantor, privilege }) =>
      grantee === object.owner ||
      exempt.has(grantee) ||
      (!closed &&
        !unseen &&
        !gone(grantee) &&
        !gone(grantor) &&
        (!blocked || (reads.includes(privilege) && !definer))),
  );
}

/**
 * The columns that are cut, and `schema.view.` of every view that shows one of them or a thing of a closed schema: a view reads with
 * its owner's rights, so taking the column alone would leave it readable there.
 */
function hiddenColumns({ objects }: AccessPicture, cuts: AccessCuts): ReadonlySet<string> {
  const hidden = new Set(Object.keys(cuts.columns).filter((name) => cuts.columns[name] === 'none'));
  const shows = ({ sees }: AccessObject) =>
    sees.some((name) => {
      const [schema = '', table = ''] = name.split('.');
      return (
        hidden.has(name) ||
        hidden.has(`${schema}.${table}.`) ||
        isClosed(cuts, schema) ||
        wholeRow(name, hidden)
      );
    });
  for (let size = -1; size !== hidden.size;) {
    size = hidden.size;
    for (const object of objects) {
      if (object.sees.length > 0 && shows(object)) hidden.add(`${object.schema}.${object.name}.`);
    }
  }
  return hidden;
}

/** A view of whole rows (`schema.table.`) shows each column of them. */
function wholeRow(name: string, hidden: ReadonlySet<string>): boolean {
  return name.endsWith('.') && [...hidden].some((column) => column.startsWith(name));
}

/** A column cannot be taken from a right on its table: the right goes, and comes back for each of the other columns. */
function withoutColumns(
  objects: readonly AccessObject[],
  { exempt, hidden }: Context,
): readonly AccessObject[] {
  const extra = new Map<string, AccessObject>();
  const tables = objects.map((table) => {
    const open = table.columns.filter((one) => !hidden.has(`${table.schema}.${table.name}.${one}`));
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
