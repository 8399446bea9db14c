import { TeardownError } from '../diagnostics/index.ts';
import type { Database } from '../inventory/index.ts';
import { kindOf, type LiveTarget, type Observed } from '../lifecycle/index.ts';
import type { BegunDelete } from './under-way.ts';

/** Looks at one thing of the live systems; undefined: it is not there. */
export type Look = (target: LiveTarget) => Promise<Observed | undefined>;

/** What has to be done first where deletes were begun. */
export interface Recovery {
  /** Commands, in their order. */
  readonly commands: readonly string[];
  /** The database whose drop was cut off. */
  readonly halfDropped: string | null;
}

/**
 * A delete that was begun and that the state still holds may be done by now, and the provider of PostgreSQL fails at the delete
 * of what is gone: a refresh of just these asks the live systems. A database whose DROP was cut off is invalid, nothing but
 * another DROP can be done to it, and the provider begins with something else:
 * https://www.postgresql.org/docs/current/catalog-pg-database.html, datconnlimit -2. Where it cannot be looked at, the refresh
 * comes to the same and says why.
 */
export async function recoveryOf(
  deletes: readonly BegunDelete[],
  database: Database | undefined,
  look: Look,
): Promise<Recovery> {
  const open = deletes.filter(({ outcome }) => outcome === 'open').map(({ urn }) => urn);
  if (open.length === 0) return { commands: [], halfDropped: null };
  const dropping = open.some((urn) => kindOf(urn).type === 'postgresql:index/database:Database');
  const half = dropping && database !== undefined && (await isInvalid(database, look));
  const targets = open.map((urn) => `--target ${quoted(urn)}`);
  const refresh = ['pulumi refresh', ...targets].join(' ');
  if (!half) return { commands: [refresh], halfDropped: null };
  const { name, credentials } = database;
  const drop = `psql "$${credentials.replace(/^env:/, '')}" -c ${quoted(`DROP DATABASE "${name.replaceAll('"', '""')}"`)}`;
  return { commands: [drop, refresh], halfDropped: name };
}

async function isInvalid({ name, credentials }: Database, look: Look): Promise<boolean> {
  const target = { kind: 'database', name, credentials } as const;
  const found = await look(target).catch((error: unknown) => {
    if (error instanceof TeardownError) return undefined;
    throw error;
  });
  return found?.connectionLimit === -2;
}

/** One word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
