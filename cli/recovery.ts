import { shellWord, TeardownError } from '../diagnostics/index.ts';
import type { Database } from '../inventory/index.ts';
import {
  kindOf,
  type LiveTarget,
  type Move,
  type Observed,
  type Refusal,
  type Step,
} from '../lifecycle/index.ts';
import type { PendingOperation } from './engine-state.ts';
import type { BegunDelete, UnderWay } from './under-way.ts';

/** Looks at one thing of the live systems; undefined: it is not there. */
export type Look = (target: LiveTarget) => Promise<Observed | undefined>;

/** What a run that was killed or has failed leaves. */
export interface LeftBehind {
  readonly deletes: readonly BegunDelete[];
  readonly underWay: UnderWay | undefined;
  readonly cutOff: readonly PendingOperation[];
  readonly move: Move | Refusal | undefined;
}

/** What has to be done because of it. */
export interface Recovery {
  /** Commands before the update, in their order. */
  readonly commands: readonly string[];
  /** The step that has to be finished before it can be left. */
  readonly finish: Step | null;
  /** The database whose drop was cut off. */
  readonly halfDropped: string | null;
}

/**
 * The state can be behind the live systems, and a refresh asks these: for the deletes that were begun and that the state still holds,
 * because the provider of PostgreSQL fails at the delete of what is gone; for everything if the last run saw something else than
 * expected, and before a step that was not reached is left backwards (the gate wants it, `gate-refresh-first`). Of a create that
 * was cut off a refresh knows nothing, the same step makes or takes it over: then it is finished first.
 */
export async function recoveryOf(
  { deletes, underWay, cutOff, move }: LeftBehind,
  database: Database | undefined,
  look: Look,
): Promise<Recovery> {
  const half = await halfDropped(deletes, database, look);
  const goesBack = underWay !== undefined && move !== undefined && 'to' in move && move.direction === 'back';
  const finish = goesBack && cutOff.some(({ operation }) => operation === 'creating') ? underWay.step : null;
  const everything = (underWay?.failed ?? null) !== null || (goesBack && finish === null);
  const open = deletes.filter(({ outcome }) => outcome === 'open').map(({ urn }) => urn);
  const drop = half === undefined ? [] : [dropOf(half)];
  const refresh = everything || open.length > 0 ? [refreshOf(everything ? [] : open)] : [];
  return { commands: [...drop, ...refresh], finish, halfDropped: half?.name ?? null };
}

/** `--skip-pending-creates`: a create that was cut off is no question, the next update makes or takes it over. */
function refreshOf(urns: readonly string[]): string {
  const targets = urns.map((urn) => `--target ${shellWord(urn)}`);
  return ['pulumi refresh --skip-pending-creates', ...targets].join(' ');
}

/**
 * A database whose DROP was cut off is invalid, nothing but another DROP can be done to it, and the provider begins with something
 * else: https://www.postgresql.org/docs/current/catalog-pg-database.html, datconnlimit -2. Where it cannot be looked at, the
 * refresh comes to the same and says why.
 */
async function halfDropped(
  deletes: readonly BegunDelete[],
  database: Database | undefined,
  look: Look,
): Promise<Database | undefined> {
  const dropping = deletes.some(
    ({ urn, outcome }) => outcome !== 'done' && kindOf(urn).type === 'postgresql:index/database:Database',
  );
  if (!dropping || database === undefined) return undefined;
  const { name, credentials } = database;
  const found = await look({ kind: 'database', name, credentials }).catch((error: unknown) => {
    if (error instanceof TeardownError) return undefined;
    throw error;
  });
  return found?.connectionLimit === -2 ? database : undefined;
}

function dropOf({ name, credentials }: Database): string {
  const statement = `DROP DATABASE "${name.replaceAll('"', '""')}"`;
  return `psql "$${credentials.replace(/^env:/, '')}" -c ${shellWord(statement)}`;
}
