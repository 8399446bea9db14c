import type { AccessObject, AccessPicture, Membership } from '../connectors/index.ts';
import { canonical } from '../diagnostics/index.ts';
import { objectKey, owned } from './access-rules.ts';

/**
 * The former picture brought up to what is there now: what is gone can have no right any more, and what came after the capture is
 * subject to the same cuts, though nobody remembers what to give back. Rights and powers are the former ones.
 */
export function broughtUp(former: AccessPicture, live: AccessPicture): AccessPicture {
  const there = new Map(live.objects.map((object) => [objectKey(object), object]));
  const known = new Set(former.objects.map(objectKey));
  const lives = (role: string) => role === '' || role.startsWith('pg_') || role in live.roles;
  const objects = former.objects.flatMap((object) => {
    const carrier = there.get(objectKey(carrierOf(object)));
    if (object.kind === 'default' ? !lives(object.owner) : carrier === undefined) return [];
    // What a role owned that was removed since belongs to somebody else now.
    const now = lives(object.owner) || !carrier ? object : owned(object, carrier.owner);
    const rights = now.rights.filter(({ grantee, grantor }) => lives(grantee) && lives(grantor));
    return [
      { ...now, columns: object.kind === 'relation' && carrier ? carrier.columns : object.columns, rights },
    ];
  });
  const memberships = former.memberships.filter((each) =>
    [each.role, each.member, each.grantor].every(lives),
  );
  return {
    runner: former.runner,
    roles: Object.fromEntries(Object.entries(former.roles).filter(([name]) => lives(name))),
    memberships: [...memberships, ...newcomers(memberships, live.memberships)],
    objects: [...objects, ...live.objects.filter((object) => isNew(object, known))],
  };
}

/** A column is there as long as its table is. */
function carrierOf(object: AccessObject): AccessObject {
  return object.kind === 'column' ? { ...object, kind: 'relation', column: '' } : object;
}

/** Columns and default privileges without a former access list had none. */
function isNew(object: AccessObject, known: ReadonlySet<string>): boolean {
  if (object.kind === 'default' || known.has(objectKey(object))) return false;
  return object.kind !== 'column' || !known.has(objectKey(carrierOf(object)));
}

function newcomers(former: readonly Membership[], live: readonly Membership[]): readonly Membership[] {
  const keys = new Set(former.map((each) => canonical([each.role, each.member, each.grantor])));
  return live.filter((each) => !keys.has(canonical([each.role, each.member, each.grantor])));
}
