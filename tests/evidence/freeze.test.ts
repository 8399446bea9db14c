import { afterAll, describe, expect, it } from '@jest/globals';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  approve,
  type EvidenceStore,
  freeze,
  type NewEntry,
  refuseFrozen,
  unfreeze,
} from '../../evidence/index.ts';
import { codesOf, errorOf, hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const by = 'Ada Lovelace';
const stop = (store: EvidenceStore) => freeze({ store, by, reason: 'orders are missing' });
const lift = (store: EvidenceStore) => unfreeze({ store, by, reason: 'found again' });

const checks = [{ name: 'a', verdict: 'passed' as const, detail: 'as expected', hint: '' }];
const urn = 'urn:pulumi:s::p::t::n';
const captured: NewEntry = { kind: 'captured', formerDigest: hex('a'), inventoryDigest: hex('b') };
const reached: NewEntry = { kind: 'step-reached', step: 'active', attempt: 1, checks };
const moving: Record<string, NewEntry> = {
  captured,
  'step-entered': {
    kind: 'step-entered',
    step: 'active',
    from: null,
    entered: 'start',
    attempt: 1,
    intent: hex('a'),
    reason: 'r',
  },
  'delete-started': { kind: 'delete-started', step: 'destroyed/data', attempt: 1, urn },
  'step-reached': reached,
};
const facts: Record<string, NewEntry> = {
  'guard-released': { kind: 'guard-released', target: 'bucket/a' },
  'run-failed': { kind: 'run-failed', step: 'active', detail: 'd' },
  refusal: { kind: 'refusal', gate: 'active', problems: [{ code: 'c', detail: 'd' }] },
};

describe('a frozen system (R92)', () => {
  it.each(Object.entries(moving))(
    'enters no %s, and enters it again when the freeze is lifted',
    async (_, entry) => {
      const store = await newStore();
      await stop(store);
      const error = await errorOf(store.append(entry));
      expect(error.problems).toMatchObject([{ code: 'system-frozen', exit: 'refused' }]);
      expect((await store.ledger()).entries).toHaveLength(2);
      await lift(store);
      await store.append(entry);
      expect((await store.ledger()).entries.at(-1)?.body.kind).toBe(entry.kind);
    },
  );

  it.each(Object.entries(facts))('goes on entering what has happened: %s', async (_, entry) => {
    const store = await newStore();
    await stop(store);
    expect((await store.append(entry)).body).toEqual(entry);
  });

  it('takes no approval, and leaves no statement of one', async () => {
    const store = await newStore();
    const request = {
      store,
      step: 'active',
      attempt: 1,
      intent: hex('a'),
      approver: 'A',
      reason: 'r',
    } as const;
    await stop(store);
    expect(await codesOf(approve(request))).toEqual(['system-frozen']);
    expect(await readdir(join(store.directory, 'attestations'))).toEqual([]);
    await lift(store);
    expect((await approve(request)).body.kind).toBe('approval');
  });

  it('says when and where it was frozen, and neither the reason nor who did it', async () => {
    const store = await newStore();
    const { time } = await stop(store);
    const error = await errorOf(store.append(captured));
    expect(error.problems[0].detail).toContain(`slice-crm since ${time}, ledger entry 2`);
    expect(error.message).not.toMatch(/orders|Ada/);
  });

  it('stays frozen through a second freeze, and is free after one lift', async () => {
    const store = await newStore();
    await stop(store);
    await freeze({ store, by: 'Grace', reason: 'me too' });
    expect((await store.ledger()).freeze()?.body.reason).toBe('me too');
    await lift(store);
    expect((await store.ledger()).freeze()).toBeUndefined();
    refuseFrozen(await store.ledger());
  });

  it('keeps the name of who froze it as a hash that only the key opens', async () => {
    const store = await newStore();
    const { sequence } = await stop(store);
    const file = join(store.directory, 'ledger', `${String(sequence).padStart(8, '0')}.json`);
    expect(await readFile(file, 'utf8')).not.toContain('Ada');
    expect(await store.nameOf((await store.ledger()).freeze()?.body.by ?? '')).toBe(by);
  });

  it('is not lifted by taking the entry away or changing it: then nothing is allowed at all', async () => {
    const store = await newStore();
    await stop(store);
    const file = join(store.directory, 'ledger', '00000002.json');
    const text = await readFile(file, 'utf8');
    await chmod(file, 0o644);
    await writeFile(file, text.replace('"frozen"', '"unfrozen"').slice(0, -1));
    expect(await codesOf(store.append(reached))).toEqual(['ledger-entry-damaged']);
  });
});

describe('freeze and unfreeze', () => {
  it.each([freeze, unfreeze])('want a name and a reason (%p)', async (work) => {
    const store = await newStore();
    await stop(store);
    expect(await codesOf(work({ store, by: ' ', reason: 'r' }))).toEqual(['freeze-incomplete']);
    expect(await codesOf(work({ store, by, reason: '' }))).toEqual(['freeze-incomplete']);
    expect((await store.ledger()).entries).toHaveLength(2);
  });

  it('refuse to lift what does not stand', async () => {
    const store = await newStore();
    expect(await codesOf(lift(store))).toEqual(['freeze-not-standing']);
    await stop(store);
    await lift(store);
    expect(await codesOf(lift(store))).toEqual(['freeze-not-standing']);
  });
});
