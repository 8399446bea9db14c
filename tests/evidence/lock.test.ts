import { afterAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as nodeFileSystem from 'node:fs/promises';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { canonical, digest } from '../../diagnostics/index.ts';
import {
  acquireLock,
  type EvidenceStore,
  inspectLock,
  isKind,
  type LockHolder,
  openStore,
  unlock,
} from '../../evidence/index.ts';
import { processesOf, realProcesses } from '../../evidence/processes.ts';
import { codesOf, errorOf, newStore, removeTemporary } from './temporary.ts';

const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await removeTemporary();
});

const worker = join(import.meta.dirname, 'lock-worker.ts');
const run = (store: EvidenceStore, ...args: string[]) =>
  promisify(execFile)(process.execPath, [worker, store.directory, ...args]);

/** A child process that holds the lock until it is killed. */
async function holdingChild(store: EvidenceStore): Promise<ChildProcess> {
  const child = spawn(process.execPath, [worker, store.directory, 'hold'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function holderLike(changes: Partial<LockHolder>): Promise<LockHolder> {
  return { ...(await realProcesses.self('a run', new Date())), id: randomUUID(), ...changes };
}

/** A process that ended: a real number, with a start time nobody has any more. */
const deadHolder = () => holderLike({ processStart: '1' });
const lockFile = (store: EvidenceStore) => join(store.directory, 'lock.json');
const plant = (store: EvidenceStore, holder: LockHolder) => writeFile(lockFile(store), canonical(holder));
const unlockedIds = async (store: EvidenceStore) =>
  (await store.ledger()).entries.filter(isKind('unlocked')).map(({ body }) => body.holder.id);

describe('acquireLock', () => {
  it('says who holds it and gives it back', async () => {
    const store = await newStore();
    const lock = await acquireLock(store, 'update to read-only');
    expect(await inspectLock(store)).toEqual({ state: 'held', holder: lock.holder, liveness: 'alive' });
    expect(lock.holder).toMatchObject({ pid: process.pid, purpose: 'update to read-only' });
    await lock.release();
    expect(await inspectLock(store)).toEqual({ state: 'free' });
    expect((await store.ledger()).entries).toHaveLength(1);
  });

  it('is shared by the parts of one process; the last one gives it back', async () => {
    const store = await newStore();
    const [first, second] = await Promise.all([acquireLock(store, 'gate'), acquireLock(store, 'guard')]);
    expect(second.holder).toEqual(first.holder);
    await first.release();
    await first.release();
    expect((await inspectLock(store)).state).toBe('held');
    await second.release();
    expect((await inspectLock(store)).state).toBe('free');
  });

  it('never gives back what is not its own any more', async () => {
    const store = await newStore();
    const lock = await acquireLock(store, 'gate');
    const other = await holderLike({ pid: 1 });
    await rm(lockFile(store));
    await plant(store, other);
    await lock.release();
    expect(await inspectLock(store)).toMatchObject({ state: 'held', holder: other });
  });

  it('waits for a living process up to its limit, then names its purpose and number', async () => {
    const store = await newStore();
    const child = await holdingChild(store);
    const error = await errorOf(acquireLock(store, 'second', { limit: '1 second' }));
    expect(error.problems[0]).toMatchObject({ code: 'lock-busy', exit: 'busy' });
    expect(error.message).toContain(`process ${child.pid ?? 0} `);
    expect(error.message).toContain('test hold');
    const waiting = acquireLock(store, 'third', { limit: '30 seconds' });
    await kill(child);
    const lock = await waiting;
    expect(lock.holder.purpose).toBe('third');
    expect(await unlockedIds(store)).toHaveLength(1);
    await lock.release();
  }, 30_000);

  it('is given back by a process that ends without doing so itself', async () => {
    const store = await newStore();
    await run(store, 'end');
    expect(await inspectLock(store)).toEqual({ state: 'free' });
  });

  it('is held by one of several processes at a time, and none is forgotten', async () => {
    const store = await newStore();
    const counter = join(store.directory, '..', 'counter');
    await writeFile(counter, '0');
    await plant(store, await deadHolder());
    await Promise.all([1, 2, 3].map(() => run(store, 'count', '3')));
    expect(await readFile(counter, 'utf8')).toBe('9');
    expect(await inspectLock(store)).toEqual({ state: 'free' });
    expect(await unlockedIds(store)).toHaveLength(1);
  }, 60_000);

  it('refuses a store that was opened for reading', async () => {
    const { directory } = await newStore();
    const store = await openStore(directory, { mode: 'read' });
    expect(await codesOf(acquireLock(store, 'preview'))).toEqual(['evidence-opened-for-reading']);
    expect(await inspectLock(store)).toEqual({ state: 'free' });
  });

  it('says that the store is full, and can be asked again', async () => {
    const { directory } = await newStore();
    let full = false;
    const link: typeof nodeFileSystem.link = (from, to) =>
      full
        ? Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }))
        : nodeFileSystem.link(from, to);
    const store = await openStore(directory, { fs: { ...nodeFileSystem, link } });
    full = true;
    expect(await codesOf(acquireLock(store, 'gate'))).toEqual(['evidence-store-full']);
    full = false;
    const lock = await acquireLock(store, 'gate');
    await lock.release();
  });
});

describe('a holder', () => {
  it.each([
    ['whose number another process has now', { processStart: '1' }],
    ['whose number nobody has', { pid: 4_194_305 }],
    ['of this machine before it was started anew', { bootId: 'before' }],
  ])('%s is dead: taken over from, and entered', async (_, changes) => {
    const store = await newStore();
    const dead = await holderLike(changes);
    await plant(store, dead);
    expect(await inspectLock(store)).toEqual({ state: 'held', holder: dead, liveness: 'dead' });
    const lock = await acquireLock(store, 'again');
    expect(lock.holder.purpose).toBe('again');
    expect(await unlockedIds(store)).toEqual([dead.id]);
    expect((await readdir(store.directory)).filter((name) => name.startsWith('lock-claim'))).toEqual([]);
    await lock.release();
  });

  it.each([
    ['on another host', { host: 'elsewhere', bootId: 'theirs' }],
    ['on another machine of the same name', { machine: 'other', bootId: 'theirs' }],
    ['in another container', { processNamespace: 'pid:[1]', pid: 4_194_305 }],
  ])('%s cannot be checked, so it keeps the lock', async (_, changes) => {
    const store = await newStore();
    const holder = await holderLike(changes);
    await plant(store, holder);
    const error = await errorOf(acquireLock(store, 'again'));
    expect(error.problems[0]).toMatchObject({ code: 'lock-elsewhere', exit: 'busy' });
    expect(error.problems[0].hint).toContain(holder.host);
    expect(await codesOf(unlock(store))).toEqual(['lock-elsewhere']);
    expect(await inspectLock(store)).toMatchObject({ holder, liveness: 'unknown' });
  });

  it('whose process is hidden keeps the lock, and the hint is for root', async () => {
    const store = await newStore();
    const child = await holdingChild(store);
    const here = () => realProcesses.self('', new Date());
    const processes = processesOf({ here, stat: () => undefined, isGone: () => false });
    const error = await errorOf(acquireLock(store, 'again', { processes }));
    expect(error.problems[0].code).toBe('lock-elsewhere');
    expect(error.problems[0].hint).toMatch(
      /^as root on .*: ps -o pid,lstart,args -p \d+; if it has ended: rm '/,
    );
    expect(error.problems[0].hint).toContain(`rm '${lockFile(store)}'`);
    expect(await codesOf(unlock(store, processes))).toEqual(['lock-elsewhere']);
    expect(await unlockedIds(store)).toEqual([]);
    await kill(child);
  });

  it('that cannot be read is an error that names the file', async () => {
    const store = await newStore();
    await writeFile(lockFile(store), '{"pid": 1}');
    for (const work of [() => acquireLock(store, 'x'), () => unlock(store), () => inspectLock(store)]) {
      const error = await errorOf(work());
      expect(error.problems[0].code).toBe('lock-damaged');
      expect(error.message).toContain(lockFile(store));
    }
  });
});

describe('taking over', () => {
  const claimOf = (store: EvidenceStore, holder: LockHolder) =>
    join(store.directory, `lock-claim-${digest(holder)}.json`);

  it('waits for a living process that has the right to do it', async () => {
    const store = await newStore();
    const [dead, taker] = [await deadHolder(), await holderLike({})];
    await plant(store, dead);
    await writeFile(claimOf(store, dead), canonical(taker));
    expect(await codesOf(acquireLock(store, 'x', { limit: '0 seconds' }))).toEqual(['lock-busy']);
    expect(await inspectLock(store)).toMatchObject({ holder: dead });
  });

  it('stops at once at one that cannot be checked, and names its claim', async () => {
    const store = await newStore();
    const [dead, taker] = [await deadHolder(), await holderLike({ processNamespace: 'pid:[1]' })];
    await plant(store, dead);
    await writeFile(claimOf(store, dead), canonical(taker));
    const error = await errorOf(acquireLock(store, 'x', { limit: '0 seconds' }));
    expect(error.problems[0].code).toBe('lock-elsewhere');
    expect(error.problems[0].hint).toContain(`if it has ended: rm '${claimOf(store, dead)}'`);
    expect(await inspectLock(store)).toMatchObject({ holder: dead });
  });

  it('goes on where one that was killed while doing it left off', async () => {
    const store = await newStore();
    const [dead, taker, next] = [await deadHolder(), await deadHolder(), await deadHolder()];
    await plant(store, dead);
    await writeFile(claimOf(store, dead), canonical(taker));
    await writeFile(claimOf(store, taker), canonical(next));
    const lock = await acquireLock(store, 'x');
    expect(await unlockedIds(store)).toEqual([dead.id]);
    expect((await readdir(store.directory)).filter((name) => name.startsWith('lock-claim'))).toEqual([]);
    await lock.release();
  });

  it('leaves the dead lock, and the right to it free, when it cannot be entered', async () => {
    const { directory } = await newStore();
    let full = false;
    const link: typeof nodeFileSystem.link = (from, to) =>
      full && String(to).includes('ledger')
        ? Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }))
        : nodeFileSystem.link(from, to);
    const store = await openStore(directory, { fs: { ...nodeFileSystem, link } });
    const dead = await deadHolder();
    await plant(store, dead);
    full = true;
    expect(await codesOf(acquireLock(store, 'x'))).toEqual(['evidence-store-full']);
    expect(await inspectLock(store)).toMatchObject({ holder: dead, liveness: 'dead' });
    full = false;
    await (await acquireLock(store, 'x')).release();
    expect(await inspectLock(store)).toEqual({ state: 'free' });
  });
});

describe('unlock', () => {
  it('does nothing where nothing is locked', async () => {
    expect(await unlock(await newStore())).toBeUndefined();
  });

  it('removes the lock of a dead process, says whose it was, and enters it', async () => {
    const store = await newStore();
    const child = await holdingChild(store);
    expect(await codesOf(unlock(store))).toEqual(['lock-busy']);
    await kill(child);
    const removed = await unlock(store);
    expect(removed?.pid).toBe(child.pid);
    expect(await inspectLock(store)).toEqual({ state: 'free' });
    expect(await unlockedIds(store)).toEqual([removed?.id]);
  }, 30_000);
});
