import { serverPowers } from '../lifecycle/index.ts';
import type { Database } from './postgresql.ts';

/** A login that may read or write in a database past all of its access lists. */
export interface ServerPower {
  readonly login: string;
  /** Such as `is a superuser`. */
  readonly says: string;
  /** It holds the power itself or as a direct member; false: through a group. */
  readonly direct: boolean;
}

/**
 * Every login of the server that can act as a superuser or by a power of the server, and the direct members of the owners in the
 * session's database; a group that is a member of an owner loses that with the first cut.
 */
export function readPowers(session: Database): Promise<readonly ServerPower[]> {
  return session.query<ServerPower>(
    `WITH owners AS (
       SELECT relowner AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       UNION SELECT nspowner FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
       UNION SELECT datdba FROM pg_database WHERE datname = current_database())
     SELECT l.rolname::text AS login, 'is a superuser' AS says, true AS direct FROM pg_roles l
       WHERE l.rolcanlogin AND l.rolsuper
     UNION ALL
     SELECT l.rolname::text, 'is a member of ' || r.rolname, m.member IS NOT NULL
       FROM pg_roles l JOIN pg_roles r ON pg_has_role(l.oid, r.oid, 'MEMBER') AND r.oid <> l.oid
       LEFT JOIN (SELECT DISTINCT roleid, member FROM pg_auth_members) m ON m.member = l.oid AND m.roleid = r.oid
       WHERE l.rolcanlogin AND NOT l.rolsuper AND (r.rolsuper OR r.rolname = ANY($1)
         OR m.member IS NOT NULL AND NOT r.rolcanlogin AND r.oid IN (SELECT oid FROM owners))
     ORDER BY 1, 2`,
    [serverPowers],
  );
}
