import type { AccessObject, AccessPicture, Membership, Right } from '../connectors/index.ts';
import { canonical } from '../diagnostics/index.ts';
import { objectKey, owned, rightKey } from './access-rules.ts';

/** A name as SQL takes it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const to = (grantee: string): string => (grantee === '' ? 'PUBLIC' : sqlName(grantee));

function place({ kind, schema, name }: AccessObject): string {
  const path = `${sqlName(schema)}.${kind === 'function' ? name : sqlName(name)}`;
  if (kind === 'database' || kind === 'schema') return `${kind.toUpperCase()} ${sqlName(name)}`;
  return `${{ sequence: 'SEQUENCE', function: 'ROUTINE' }[kind as string] ?? 'TABLE'} ${path}`;
}

function change(object: AccessObject, right: Right, verb: 'GRANT' | 'REVOKE'): string {
  const { grantee, grantor, privilege, grantable } = right;
  const who = verb === 'GRANT' ? `TO ${to(grantee)}` : `FROM ${to(grantee)}`;
  const option = verb === 'GRANT' && grantable && grantee !== object.owner ? ' WITH GRANT OPTION' : '';
  if (object.kind === 'default') {
    const where = object.schema === '' ? '' : ` IN SCHEMA ${sqlName(object.schema)}`;
    return `ALTER DEFAULT PRIVILEGES FOR ROLE ${sqlName(object.owner)}${where} ${verb} ${privilege} ON ${object.name} ${who}${option}`;
  }
  const what = object.kind === 'column' ? `${privilege} (${sqlName(object.column)})` : privilege;
  const statement = `${verb} ${what} ON ${place(object)} ${who}${option}`;
  // The server takes GRANTED BY for the session's own role only: who granted must be the role of the moment.
  return grantor === object.owner
    ? statement
    : `SET LOCAL ROLE ${sqlName(grantor)}; ${statement}; RESET ROLE`;
}

/**
 * The statements of one transaction that lead from one picture to the other: logins and memberships are taken first, then owners
 * change, rights go (those that others handed on before those of the owner), rights come (the other way round), and what may be
 * given back comes last. Equal pictures give none.
 */
export function accessStatements(live: AccessPicture, desired: AccessPicture): readonly string[] {
  const found = new Map(live.objects.map((object) => [objectKey(object), object]));
  const moves: string[] = [];
  const revokes: (readonly [AccessObject, Right])[] = [];
  const grants: (readonly [AccessObject, Right])[] = [];
  const wiped = new Set<string>();
  for (const object of inOrder(desired, live)) {
    const there = found.get(objectKey(object));
    const moved = there && there.owner !== object.owner ? owned(there, object.owner) : there;
    if (moved !== there && object.kind !== 'column' && !(object.kind === 'sequence' && object.follows)) {
      moves.push(`ALTER ${place(object)} OWNER TO ${sqlName(object.owner)}`);
    }
    const table = JSON.stringify([object.schema, object.name]);
    const had = new Map((moved?.rights ?? []).map((right) => [rightKey(right), right]));
    const wanted = new Map(object.rights.map((right) => [rightKey(right), right]));
    for (const [key, right] of had) {
      const next = wanted.get(key);
      const gone = object.kind === 'column' && wiped.has(table + key);
      if (!gone && next && (next.grantable || !right.grantable || right.grantee === object.owner)) continue;
      if (!gone) revokes.push([object, right]);
      if (object.kind === 'relation') wiped.add(table + key);
      if (next) grants.push([object, next]);
    }
    for (const [key, right] of wanted) {
      const there = had.get(key);
      if (!there || (right.grantable && !there.grantable)) grants.push([object, right]);
    }
  }
  const revokeDepth = depths(revokes, (object) => found.get(objectKey(object))?.rights ?? []);
  const grantDepth = depths(grants, ({ rights }) => rights);
  return [
    ...roleStatements(live, desired, false),
    ...memberStatements(live.memberships, desired.memberships, 'REVOKE'),
    ...moves,
    ...revokes
      .sort((a, b) => revokeDepth(b) - revokeDepth(a))
      .map(([object, right]) => change(object, right, 'REVOKE')),
    ...grants
      .sort((a, b) => grantDepth(a) - grantDepth(b))
      .map(([object, right]) => change(object, right, 'GRANT')),
    ...memberStatements(desired.memberships, live.memberships, 'GRANT'),
    ...roleStatements(live, desired, true),
  ];
}

/** How many hands a right has gone through since its owner; computed once for each, for a sort asks often. */
function depths(
  changes: readonly (readonly [AccessObject, Right])[],
  rightsOf: (object: AccessObject) => readonly Right[],
): (change: readonly [AccessObject, Right]) => number {
  const known = new Map(
    changes.map(([object, right]) => [right, depth(right, object.owner, rightsOf(object))]),
  );
  return ([, right]) => known.get(right) ?? 0;
}

function depth(right: Right, owner: string, rights: readonly Right[]): number {
  const seen = new Set<string>();
  let by = right.grantor;
  while (by !== owner && !seen.has(by)) {
    seen.add(by);
    const source = rights.find(
      ({ grantee, privilege, grantable }) => grantee === by && privilege === right.privilege && grantable,
    );
    by = source?.grantor ?? owner;
  }
  return seen.size;
}

/** Relations before columns: taking a right from a table takes it from all its columns, too. What only the live picture has loses all. */
function inOrder(desired: AccessPicture, live: AccessPicture): readonly AccessObject[] {
  const known = new Set(desired.objects.map(objectKey));
  const more = live.objects.filter(({ kind }) => kind === 'column' || kind === 'default');
  const emptied = more
    .filter((object) => !known.has(objectKey(object)))
    .map((object) => ({
      ...object,
      rights: object.rights.filter(({ grantee }) => grantee === object.owner),
    }));
  const all = [...desired.objects, ...emptied];
  return [...all.filter(({ kind }) => kind !== 'column'), ...all.filter(({ kind }) => kind === 'column')];
}
function memberStatements(
  from: readonly Membership[],
  against: readonly Membership[],
  verb: 'GRANT' | 'REVOKE',
): readonly string[] {
  const keys = new Set(against.map((each) => canonical(each)));
  return from
    .filter((each) => !keys.has(canonical(each)))
    .map(({ role, member, grantor, admin, inherit, set }) => {
      const by = `GRANTED BY ${sqlName(grantor)}`;
      if (verb === 'REVOKE') return `REVOKE ${sqlName(role)} FROM ${sqlName(member)} ${by}`;
      const options =
        inherit === null
          ? admin
            ? ' WITH ADMIN OPTION'
            : ''
          : ` WITH ADMIN ${String(admin)}, INHERIT ${String(inherit)}, SET ${String(set)}`;
      return `GRANT ${sqlName(role)} TO ${sqlName(member)}${options} ${by}`;
    });
}

function roleStatements(live: AccessPicture, desired: AccessPicture, on: boolean): readonly string[] {
  return Object.entries(desired.roles).flatMap(([name, role]) => {
    const now = live.roles[name];
    const words = { login: 'LOGIN', superuser: 'SUPERUSER', createRole: 'CREATEROLE' } as const;
    const changed = (['login', 'superuser', 'createRole'] as const).filter(
      (power) => now && now[power] !== role[power] && role[power] === on,
    );
    return changed.map((power) => `ALTER ROLE ${sqlName(name)} ${on ? '' : 'NO'}${words[power]}`);
  });
}
