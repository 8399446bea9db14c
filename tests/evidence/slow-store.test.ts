import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as nodeFileSystem from 'node:fs/promises';
import { acquireLock, type EvidenceStore, openStore, type StoreOptions } from '../../evidence/index.ts';
import { TimedOut } from '../../diagnostics/index.ts';
import { errorOf, hex, newStore, removeTemporary } from './temporary.ts';

type FileSystem = NonNullable<StoreOptions['fs']>;
type Name = keyof FileSystem;

const captured = { kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') } as const;

// The waits run out when a test says so; files, promises and `performance` go on as ever.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
});
afterEach(() => {
  jest.useRealTimers();
});
afterAll(removeTemporary);

interface StuckDisk {
  readonly fs: FileSystem;
  /** One of its functions has been called. */
  readonly called: Promise<void>;
  readonly letGo: () => void;
}

/** A disk of which some functions wait, each time, until they are let go. */
function stuckDisk(...names: readonly Name[]): StuckDisk {
  const waiting: (() => void)[] = [];
  let open = false;
  const { promise: called, resolve: isCalled } = Promise.withResolvers<undefined>();
  const stuck = (name: Name) => {
    const real = nodeFileSystem[name] as (...args: unknown[]) => Promise<unknown>;
    return async (...args: unknown[]) => {
      isCalled(undefined);
      if (!open) await new Promise<void>((resolve) => waiting.push(resolve));
      return real(...args);
    };
  };
  const letGo = (): void => {
    open = true;
    for (const go of waiting.splice(0)) go();
  };
  return {
    fs: { ...nodeFileSystem, ...Object.fromEntries(names.map((name) => [name, stuck(name)])) },
    called,
    letGo,
  };
}

/** Lets so much time pass once the work waits for the disk. */
async function later(time: number, { called }: StuckDisk): Promise<void> {
  await called;
  await new Promise((resolve) => setImmediate(resolve));
  jest.advanceTimersByTime(time);
}

async function aMinuteLater<T>(work: Promise<T>, disk: StuckDisk): Promise<T> {
  await later(60_000, disk);
  return work;
}

const works: readonly (readonly [string, Name, (store: EvidenceStore) => Promise<unknown>])[] = [
  ['entering into the ledger', 'link', (store) => store.append(captured)],
  ['reading the ledger', 'readdir', (store) => store.ledger()],
  ['storing a name', 'link', (store) => store.rememberName('Ada')],
  ['taking the lock', 'link', (store) => acquireLock(store, 'a run')],
];

describe('a store that does not answer', () => {
  it.each(works)('ends the wait for %s after a minute: timed out, not failed', async (what, name, work) => {
    const { directory } = await newStore();
    const disk = stuckDisk();
    const store = await openStore(directory, { fs: disk.fs });
    const stuck = stuckDisk(name);
    Object.assign(disk.fs, { [name]: stuck.fs[name] });
    const error = await aMinuteLater(errorOf(work(store)), stuck);
    expect(error).toBeInstanceOf(TimedOut);
    expect(error.problems).toMatchObject([{ code: 'wait-timed-out', exit: 'timedOut' }]);
    expect(error.problems[0].detail).toContain(what);
    expect(error.problems[0].detail).toContain('within 60 seconds');
    stuck.letGo();
  });

  it('is not opened', async () => {
    const { directory } = await newStore();
    const disk = stuckDisk('readFile');
    const error = await aMinuteLater(errorOf(openStore(directory, { fs: disk.fs })), disk);
    expect(error.problems[0].detail).toContain(`opening the evidence store ${directory}`);
    disk.letGo();
  });

  it('may finish an entry after the wait: it is there whole, and the next one follows it', async () => {
    const { directory } = await newStore();
    const disk = stuckDisk('link');
    const slow = await openStore(directory, { fs: disk.fs });
    expect(await aMinuteLater(errorOf(slow.append(captured)), disk)).toBeInstanceOf(TimedOut);
    const store = await openStore(directory);
    expect((await store.ledger()).entries).toHaveLength(1);
    disk.letGo();
    while ((await store.ledger()).entries.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await store.append(captured);
    expect((await store.ledger()).entries.map(({ body }) => body.kind)).toEqual([
      'store-created',
      'captured',
      'captured',
    ]);
  });

  it('that is slow and within its limit is a store like any other', async () => {
    const { directory } = await newStore();
    const disk = stuckDisk('link');
    const store = await openStore(directory, { fs: disk.fs });
    const entering = store.append(captured);
    await later(59_000, disk);
    disk.letGo();
    expect(await entering).toMatchObject({ sequence: 2 });
  });
});
