import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  canonical,
  digest,
  type Duration,
  milliseconds,
  shellWord,
  TeardownError,
  within,
} from '../diagnostics/index.ts';
import type { LockHolder } from './entries.ts';
import { partialIn, syncDirectory, writeFailure, writeOnce, writePartial } from './files.ts';
import { fileLimit, giveBackAtExit, pathOf, readHolder, remove, removeOwn } from './lock-file.ts';
import { problems } from './problems.ts';
import { type Liveness, type Processes, realProcesses } from './processes.ts';
import { requireWritable } from './store-files.ts';
import type { EvidenceStore } from './store.ts';

export interface Lock {
  readonly holder: LockHolder;
  /** Gives back this share; the last share of a process removes the lock, if it still is this process's own. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for a living holder. @default '15 seconds' */
  readonly limit?: Duration;
  readonly processes?: Processes;
}

export type LockState =
  | { readonly state: 'free' }
  | { readonly state: 'held'; readonly holder: LockHolder; readonly liveness: Liveness };

const defaultLimit: Duration = '15 seconds';
const pollEvery: Duration = '200 milliseconds';

/** What this process holds, by path: the parts of one run share one lock. */
const holdings = new Map<string, { readonly holder: Promise<LockHolder>; shares: number }>();

/**
 * Takes the advisory lock of a store, `lock.json`, so that an orphan of a killed run never works beside its re-run.
 * A second call in the same process shares the lock. A holder that is provably dead is taken over from, and that is
 * entered into the ledger (`unlocked`). For a living one it waits up to `limit`, then throws `lock-busy` with the
 * purpose and process number; for one that cannot be checked from here, or while one such is taking the lock over, it throws
 * `lock-elsewhere` at once.
 * A process that ends by itself gives back what it holds; one that is killed leaves it to the next to take over.
 */
export async function acquireLock(
  store: EvidenceStore,
  purpose: string,
  options: LockOptions = {},
): Promise<Lock> {
  requireWritable(store.files, `locking for ${purpose}`);
  const path = pathOf(store);
  const holding = holdings.get(path) ?? { holder: contend(store, purpose, options), shares: 0 };
  holdings.set(path, holding);
  holding.shares += 1;
  try {
    return lockOf(store, await holding.holder);
  } catch (error) {
    holdings.delete(path);
    throw error;
  }
}

function lockOf(store: EvidenceStore, holder: LockHolder): Lock {
  let given = false;
  const release = async () => {
    const holding = holdings.get(pathOf(store));
    if (given || holding === undefined) return;
    given = true;
    holding.shares -= 1;
    if (holding.shares > 0) return;
    holdings.delete(pathOf(store));
    await within(fileLimit, 'giving back the lock', removeOwn(store, holder));
  };
  return { holder, release };
}

async function contend(
  store: EvidenceStore,
  purpose: string,
  { limit = defaultLimit, processes = realProcesses }: LockOptions,
): Promise<LockHolder> {
  const { fs, now } = store.files;
  const path = pathOf(store);
  const self = await processes.self(purpose, now());
  const deadline = performance.now() + milliseconds(limit);
  for (;;) {
    if (await within(fileLimit, 'taking the lock', writeOnce(fs, path, canonical(self)))) break;
    const holder = await readHolder(fs, path);
    const liveness = holder && (await processes.livenessOf(holder));
    if (holder && liveness === 'unknown') throw elsewhere(holder, path);
    if (holder && liveness === 'dead' && (await takeOver(store, holder, self, processes))) break;
    if (performance.now() >= deadline) throw busy(holder, path, limit);
    await sleep(milliseconds(pollEvery));
  }
  giveBackAtExit(path, canonical(self));
  return self;
}

/**
 * Replaces the lock of a dead holder; false if somebody else was first. Two processes may find the same dead lock, and
 * a file cannot be replaced "only if it is still the same". So the right to replace one lock is itself a file that
 * can be taken once, named by the digest of that lock; if its taker died too, the right to its place is named by the
 * digest of the taker, and so on. Who holds the last one, and still finds the dead lock, is alone.
 */
async function takeOver(
  store: EvidenceStore,
  dead: LockHolder,
  self: LockHolder,
  processes: Processes,
): Promise<boolean> {
  const { fs } = store.files;
  const claims: string[] = [];
  for (let claimed = dead; ;) {
    const claim = join(store.directory, `lock-claim-${digest(claimed)}.json`);
    claims.push(claim);
    if (await writeOnce(fs, claim, canonical(self))) break;
    const claimer = await readHolder(fs, claim);
    if (claimer === undefined) return false;
    const liveness = await processes.livenessOf(claimer);
    if (liveness === 'unknown') throw elsewhere(claimer, claim);
    if (liveness === 'alive') return false;
    claimed = claimer;
  }
  try {
    const replaced = await replaceDead(store, dead, self);
    // The dead lock is gone for good now, so the rights to it mean nothing any more.
    for (const claim of claims) await remove(fs, claim);
    return replaced;
  } catch (error) {
    await remove(fs, claims.at(-1) ?? '');
    throw error;
  }
}

async function replaceDead(store: EvidenceStore, dead: LockHolder, self: LockHolder): Promise<boolean> {
  const { fs } = store.files;
  const path = pathOf(store);
  const present = await readHolder(fs, path);
  if (present?.id !== dead.id) return false;
  await store.append({ kind: 'unlocked', holder: dead });
  const partial = partialIn(store.directory);
  try {
    await writePartial(fs, partial, canonical(self), 0o444);
    await fs.rename(partial, path);
    await syncDirectory(fs, store.directory);
  } catch (error) {
    await remove(fs, partial);
    throw writeFailure(error, path);
  }
  return true;
}

/** What `teardown status` and `teardown unlock` show; writes nothing. */
export async function inspectLock(
  store: EvidenceStore,
  processes: Processes = realProcesses,
): Promise<LockState> {
  const holder = await readHolder(store.files.fs, pathOf(store));
  if (holder === undefined) return { state: 'free' };
  return { state: 'held', holder, liveness: await processes.livenessOf(holder) };
}

/**
 * `teardown unlock`: removes the lock of a dead holder, and says whose it was; undefined if there was none.
 * Never blindly: a living holder is `lock-busy`, one that cannot be checked from here `lock-elsewhere`.
 */
export async function unlock(
  store: EvidenceStore,
  processes: Processes = realProcesses,
): Promise<LockHolder | undefined> {
  const found = await inspectLock(store, processes);
  if (found.state === 'free') return undefined;
  if (found.liveness !== 'dead') throw stillHeld(found, pathOf(store));
  const lock = await acquireLock(store, 'teardown unlock', { limit: '0 seconds', processes });
  await lock.release();
  return found.holder;
}

function stillHeld({ holder, liveness }: Extract<LockState, { state: 'held' }>, path: string): TeardownError {
  return liveness === 'alive' ? busy(holder, path, '0 seconds') : elsewhere(holder, path);
}

function busy(holder: LockHolder | undefined, path: string, limit: Duration): TeardownError {
  const who = holder ? describe(holder) : 'others, in turn';
  const detail = `${path} is held by ${who}; waited ${limit}`;
  const hint = holder ? `ps -o pid,etime,args -p ${holder.pid}` : 'teardown status';
  return new TeardownError(problems('lock-busy', { detail, hint }));
}

function elsewhere(holder: LockHolder, path: string): TeardownError {
  const detail = `${path} is held by ${describe(holder)}`;
  // Root's ps, because a kernel that hides the processes of others shows them to nobody else.
  const look = `as root on ${holder.host}, in its container: ps -o pid,lstart,args -p ${holder.pid}`;
  const hint = `${look}; if it has ended: rm ${shellWord(path)}`;
  return new TeardownError(problems('lock-elsewhere', { detail, hint }));
}

function describe({ purpose, pid, host, time }: LockHolder): string {
  return `process ${pid} on ${host} since ${time}: ${purpose}`;
}
