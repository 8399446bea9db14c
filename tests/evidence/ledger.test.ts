import { afterAll, describe, expect, it } from '@jest/globals';
import * as nodeFileSystem from 'node:fs/promises';
import { chmod, copyFile, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonical, digest } from '../../diagnostics/index.ts';
import {
  approve,
  type EvidenceStore,
  headOf,
  type NewEntry,
  openStore,
  verifyHead,
} from '../../evidence/index.ts';
import { codesOf, errorOf, hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const captured: NewEntry = { kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') };
const refusal: NewEntry = { kind: 'refusal', gate: '', problems: [{ code: 'gate-x', detail: 'no' }] };

/** Five entries and one attestation. */
async function usedStore(): Promise<EvidenceStore> {
  const store = await newStore();
  await store.append(captured);
  await approve({
    store,
    step: 'read-only',
    attempt: 1,
    intent: hex('a'),
    approver: 'Ada',
    reason: 'ready',
  });
  await store.append(refusal);
  await store.append({ kind: 'guard-released', target: 'rds-instance/slice-crm-prod' });
  return store;
}

const entryFile = (store: EvidenceStore, sequence: number) =>
  join(store.directory, 'ledger', `0000000${sequence}.json`);

describe('append', () => {
  it('chains each entry to the bytes of the one before', async () => {
    const store = await usedStore();
    const { entries, head } = await store.ledger();
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(entries[0]?.previous).toBe(hex('0'));
    for (const [index, entry] of entries.entries()) {
      const bytes = await readFile(entryFile(store, index + 1));
      expect(bytes.toString('utf8')).toBe(canonical(entry));
      expect(entries[index + 1]?.previous ?? head.hash).toBe(digest(bytes));
    }
    expect(head).toEqual({ sequence: 5, hash: digest(entries.at(-1)) });
  });

  it('gives back the entry it made, with the time of its clock', async () => {
    const { directory } = await newStore();
    const store = await openStore(directory, { now: () => new Date('2026-12-01T00:00:00Z') });
    const entry = await store.append(captured);
    expect(entry).toMatchObject({ sequence: 2, time: '2026-12-01T00:00:00.000Z', body: captured });
    expect((await store.ledger()).head).toEqual(headOf(entry));
  });

  it('loses none of many entries made at once', async () => {
    const store = await newStore();
    const made = await Promise.all(Array.from({ length: 20 }, () => store.append(captured)));
    const numbers = made.map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
    expect((await store.ledger()).entries).toHaveLength(21);
  });

  it('with `after`, enters nothing once somebody else was first', async () => {
    const store = await newStore();
    const { head } = await store.ledger();
    await store.append(captured, head);
    const error = await errorOf(store.append(refusal, head));
    expect(error.problems[0]).toMatchObject({ code: 'ledger-moved-on', exit: 'busy' });
    expect((await store.ledger()).entries).toHaveLength(2);
  });

  it('with `after`, lets one of two win that judged the same ledger', async () => {
    const store = await newStore();
    const { head } = await store.ledger();
    const outcomes = await Promise.allSettled([store.append(captured, head), store.append(refusal, head)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    ['an unknown kind', { kind: 'reached-somehow' }],
    ['an unknown key', { ...captured, note: 'x' }],
    ['a missing key', { kind: 'captured', formerDigest: hex('f') }],
    ['no digest', { ...captured, formerDigest: 'abc' }],
    ['a second creation', { kind: 'store-created', sandbox: true }],
    ['an unknown step', { kind: 'run-failed', step: 'revoked/everything', detail: 'x' }],
    ['a signed approval', { kind: 'approval', signed: true }],
    ['an attempt that is no number', { kind: 'delete-started', step: 'read-only', attempt: '1', urn: 'u' }],
  ])('refuses %s without repeating its values', async (_, body) => {
    const store = await newStore();
    const error = await errorOf(store.append(body as unknown as NewEntry));
    expect(error.problems[0]).toMatchObject({ code: 'ledger-entry-invalid', exit: 'bug' });
    expect((await store.ledger()).entries).toHaveLength(1);
  });

  it.each(['unknown', 'failed', 'errored'] as const)(
    'never records a step as reached with a check that is %s, or with none',
    async (verdict) => {
      const store = await newStore();
      const reached = (checks: { name: string; verdict: typeof verdict; detail: string; hint: string }[]) =>
        store.append({ kind: 'step-reached', step: 'active', attempt: 1, checks });
      const check = { name: 'bucket', verdict, detail: '', hint: '' };
      expect(await codesOf(reached([check]))).toEqual(['ledger-entry-invalid']);
      expect(await codesOf(reached([]))).toEqual(['ledger-entry-invalid']);
    },
  );

  it('gives up after its named limit when every place is taken', async () => {
    const { directory } = await newStore();
    const taken = () => Promise.reject(Object.assign(new Error('EEXIST'), { code: 'EEXIST' }));
    const store = await openStore(directory, { fs: { ...nodeFileSystem, link: taken } });
    const clock = hurriedClock();
    try {
      expect(await codesOf(store.append(captured))).toEqual(['ledger-contended']);
    } finally {
      clock.restore();
    }
  });
});

/** Lets `performance.now` run ten seconds per look. */
function hurriedClock(): { restore: () => void } {
  const real = performance.now.bind(performance);
  let looks = 0;
  performance.now = () => (looks += 1) * 10_000;
  return {
    restore: () => {
      performance.now = real;
    },
  };
}

type Damage = (store: EvidenceStore, file: string) => Promise<void>;

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('the test changed nothing');
  await chmod(file, 0o644);
  await writeFile(file, changed);
}

/** Who is not root may change nothing that is read-only. */
async function cutOff(file: string, length: number): Promise<void> {
  await chmod(file, 0o644);
  await truncate(file, length);
}

const damages: Record<string, Damage> = {
  deleted: (_, file) => rm(file),
  emptied: (_, file) => cutOff(file, 0),
  'cut off': (_, file) => cutOff(file, 100),
  'given another time': (_, file) => rewrite(file, (text) => text.replace('"time":"2', '"time":"3')),
  'written with a space': (_, file) => rewrite(file, (text) => text.replace(':', ': ')),
  'ended with a line break': (_, file) => rewrite(file, (text) => `${text}\n`),
  'begun with a byte order mark': (_, file) => rewrite(file, (text) => `\uFEFF${text}`),
  'given a key twice': (_, file) => rewrite(file, (text) => text.replace('{', '{"version":1,')),
  'given an unknown key': (_, file) => rewrite(file, (text) => text.replace(/\}$/, ',"x":1}')),
  'given another version': (_, file) => rewrite(file, (text) => text.replace('"version":1', '"version":2')),
  "given another system's name": (_, file) => rewrite(file, (text) => text.replace('slice-crm', 'slice-CRM')),
  'made no JSON': (_, file) => rewrite(file, () => 'hello'),
  'made no UTF-8': async (_, file) => {
    await chmod(file, 0o644);
    await writeFile(file, Buffer.from([0xff, 0xfe, 0x00]));
  },
};

describe('a damaged ledger', () => {
  const cases = Object.keys(damages).flatMap((how) =>
    [1, 2, 3, 4].map((sequence) => [sequence, how] as const),
  );

  it.each(cases)('is refused when entry %s is %s, and the file is named', async (sequence, how) => {
    const store = await usedStore();
    await damages[how]?.(store, entryFile(store, sequence));
    const error = await errorOf(store.ledger());
    expect(error.problems[0].exit).toBe('evidence');
    // What was changed in a plausible way is seen at the entry after it, whose `previous` does not fit any more.
    expect(error.message).toMatch(new RegExp(`0000000${sequence}|0000000${sequence + 1}`));
    expect((await errorOf(store.append(captured))).problems[0].exit).toBe('evidence');
  });

  it('is refused when two entries changed places', async () => {
    const store = await usedStore();
    const [two, three, aside] = [entryFile(store, 2), entryFile(store, 3), join(store.directory, 'aside')];
    await rename(two, aside);
    await rename(three, two);
    await rename(aside, three);
    const error = await errorOf(store.ledger());
    expect(error.problems[0].code).toBe('ledger-chain-broken');
    expect(error.message).toContain(two);
  });

  it('is refused when an entry is there twice', async () => {
    const store = await usedStore();
    await copyFile(entryFile(store, 5), entryFile(store, 6));
    const error = await errorOf(store.ledger());
    expect(error.problems[0].code).toBe('ledger-chain-broken');
    expect(error.message).toContain(entryFile(store, 6));
  });

  it.each(['00000006-copy.json', 'notes.txt', '6.json'])('is refused when it holds %s', async (name) => {
    const store = await usedStore();
    await copyFile(entryFile(store, 5), join(store.directory, 'ledger', name));
    const error = await errorOf(store.ledger());
    expect(error.problems[0].code).toBe('ledger-file-unexpected');
    expect(error.message).toContain(name);
  });

  it('is refused when its directory is empty or gone', async () => {
    const store = await usedStore();
    await rm(join(store.directory, 'ledger'), { recursive: true });
    expect(await codesOf(store.ledger())).toEqual(['evidence-store-missing']);
    await nodeFileSystem.mkdir(join(store.directory, 'ledger'));
    expect(await codesOf(store.ledger())).toEqual(['ledger-entry-missing']);
  });
});

describe('damaged attestations of approvals', () => {
  const attestationOf = async (store: EvidenceStore) => {
    const [name] = await readdir(join(store.directory, 'attestations'));
    return join(store.directory, 'attestations', name ?? '');
  };

  it.each(['deleted', 'emptied', 'cut off', 'written with a space', 'made no JSON', 'made no UTF-8'])(
    'are refused when one is %s, and the file is named',
    async (how) => {
      const store = await usedStore();
      const file = await attestationOf(store);
      await damages[how]?.(store, file);
      const error = await errorOf(store.ledger());
      expect(error.problems[0].code).toMatch(/^evidence-attestation-(missing|damaged)$/);
      expect(error.message).toContain(file);
    },
  );

  it('are refused when one lies there under a second name', async () => {
    const store = await usedStore();
    const file = await attestationOf(store);
    for (const copy of [`${hex('1')}.json`, 'copy.json']) {
      const path = join(store.directory, 'attestations', copy);
      await copyFile(file, path);
      const error = await errorOf(store.ledger());
      expect(error.problems[0].code).toBe('evidence-attestation-damaged');
      expect(error.message).toContain(path);
      await rm(path);
    }
  });

  it('are refused when the ledger says something else than the statement', async () => {
    const store = await usedStore();
    const [approval] = (await store.ledger()).approvals('read-only', 1);
    const stolen = { ...approval?.body, step: 'revoked/accounts' } as unknown as NewEntry;
    await store.append(stolen);
    const error = await errorOf(store.ledger());
    expect(error.problems[0].code).toBe('evidence-attestation-damaged');
    expect(error.message).toContain('entry 6');
  });
});

describe('verifyHead, the second witness', () => {
  it('accepts the head it has seen, also after the ledger has grown', async () => {
    const store = await usedStore();
    const { head } = await store.ledger();
    verifyHead(await store.ledger(), head);
    await store.append(captured);
    const grown = await store.ledger();
    verifyHead(grown, head);
    expect(grown.head.sequence).toBe(head.sequence + 1);
  });

  it('finds missing last entries, which the chain alone cannot show', async () => {
    const store = await usedStore();
    const { head } = await store.ledger();
    await rm(entryFile(store, 5));
    const cut = await store.ledger();
    expect(cut.entries).toHaveLength(4);
    const error = await errorOf(
      Promise.resolve().then(() => {
        verifyHead(cut, head);
      }),
    );
    expect(error.problems[0]).toMatchObject({ code: 'ledger-head-mismatch', exit: 'evidence' });
    expect(error.message).toContain(entryFile(store, 5));
  });

  it('finds a ledger that was written anew, which the chain alone cannot show', async () => {
    const store = await usedStore();
    const { head } = await store.ledger();
    await rm(entryFile(store, 5));
    await rm(entryFile(store, 4));
    await store.append(captured);
    await store.append(captured);
    const forged = await store.ledger();
    expect(forged.entries).toHaveLength(5);
    expect(
      await codesOf(
        Promise.resolve().then(() => {
          verifyHead(forged, head);
        }),
      ),
    ).toEqual(['ledger-head-mismatch']);
  });
});
