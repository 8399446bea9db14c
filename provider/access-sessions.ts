import { setTimeout as wait } from 'node:timers/promises';
import type { AccessPicture, Database } from '../connectors/index.ts';
import { canonical } from '../diagnostics/index.ts';

export interface Ending {
  /** Their sessions end everywhere on the server: the login is the system's own. */
  readonly locked: readonly string[];
  /** Their sessions in this database end: one that acts as a role of before would go on doing so. */
  readonly losers: readonly string[];
}

/** The logins that lose a membership or a power of their own, directly or through a group. */
export function losers(
  former: AccessPicture,
  desired: AccessPicture,
  exempt: readonly string[],
): readonly string[] {
  const stays = new Set(desired.memberships.map((each) => canonical(each)));
  const found = new Set([
    ...former.memberships.filter((each) => !stays.has(canonical(each))).map(({ member }) => member),
    ...Object.keys(former.roles).filter(
      (name) => former.roles[name]?.superuser === true && desired.roles[name]?.superuser !== true,
    ),
  ]);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { role, member } of former.memberships) if (found.has(role)) found.add(member);
  }
  return [...found].filter((name) => !exempt.includes(name) && former.roles[name]?.login === true);
}

/** Asks the server to end them and waits until it has; what is still there after that is found by reading back. */
export async function endSessions(session: Database, { locked, losers: losing }: Ending): Promise<void> {
  const values = [locked, losing];
  const theirs = `FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    AND (usename = ANY($1) OR usename = ANY($2) AND datname = current_database())`;
  await session.query(`SELECT pg_terminate_backend(pid) ${theirs}`, values);
  for (let look = 0; look < 50; look += 1) {
    await session.query('SELECT pg_stat_clear_snapshot()');
    const [row] = await session.query<{ sessions: number }>(
      `SELECT count(*)::int AS sessions ${theirs} AND usename = ANY($1)`,
      values,
    );
    if (row?.sessions === 0) return;
    await wait(200);
  }
}
