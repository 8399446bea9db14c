import { name, type Session } from './server.ts';

/** Holds off others that work on the same role, its members included, until the transaction ends. */
export async function lockRole(session: Session, role: unknown): Promise<void> {
  await session.rows('SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = $1', [role]);
  await session.rows(
    `SELECT pg_advisory_xact_lock(member::bigint)
       FROM pg_auth_members JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = $1`,
    [role],
  );
}

/**
 * Makes a connection user that is no superuser a member of `roles` while `work` runs: only so may it change what
 * belongs to them. A superuser needs nothing.
 */
export async function asMemberOf(
  session: Session,
  roles: readonly string[],
  work: () => Promise<unknown>,
): Promise<void> {
  const [me] = await session.rows('SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user');
  const granted: string[] = [];
  for (const role of me?.rolsuper === true ? [] : roles) {
    const [known] = await session.rows(
      `SELECT rolsuper OR pg_has_role(current_user, oid, 'MEMBER') AS enough FROM pg_roles WHERE rolname = $1`,
      [role],
    );
    if (known?.enough !== false) continue;
    await session.rows(`GRANT ${name(role)} TO ${name(me?.rolname)}`);
    granted.push(role);
  }
  await work();
  for (const role of granted) await session.rows(`REVOKE ${name(role)} FROM ${name(me?.rolname)}`);
}
