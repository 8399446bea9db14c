import { afterAll, describe, expect, it } from '@jest/globals';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeze, unfreeze } from '../../evidence/index.ts';
import type { Confirmation } from '../../sdk/confirmation.ts';
import { beginDelete, letGo, requireUnfrozen } from '../../sdk/keep.ts';
import { codesOf, newStore, removeTemporary } from '../evidence/temporary.ts';

afterAll(removeTemporary);

const stack = 'urn:pulumi:prod::crm-teardown';

const policy = `${stack}::teardown:components:ObjectStore$aws:s3/bucketPolicy:BucketPolicy::bucket-policy:a`;
const login = `${stack}::teardown:components:ApplicationService$postgresql:index/role:Role::role:crm_app`;
const confirmed: Confirmation = {
  step: 'destroyed/services',
  covered: ['destroyed/services'],
  entered: 'forward',
  attempt: 1,
  engine: '127.0.0.1:4711',
  at: '2026-11-22T12:00:00.000Z',
};

describe('letGo', () => {
  const back: Confirmation = { ...confirmed, step: 'active', covered: ['active'], entered: 'back' };
  const may = (
    urn: string,
    run: { confirmedNow?: Confirmation; rollCallComplete?: boolean },
    captured = {},
  ) => letGo({ rollCallComplete: true, confirmedNow: undefined, ...run }, captured, urn);

  it('lets go what the confirmed step removes', () => {
    expect(may(login, { confirmedNow: confirmed })).toBe(confirmed);
  });

  it('keeps everything until the roll-call is complete', () => {
    const run = { confirmedNow: confirmed, rollCallComplete: false };
    expect(() => may(login, run)).toThrow('keep-roll-call-open');
  });

  it('keeps everything when the gate did not move in this run', () => {
    expect(() => may(login, {})).toThrow('keep-not-confirmed');
  });

  it('keeps what the step does not remove, and gate and verification always', () => {
    for (const urn of [
      policy,
      `${stack}::teardown:index:Gate::gate`,
      `${stack}::teardown:index:Verification::verification`,
    ]) {
      expect(() => may(urn, { confirmedNow: confirmed })).toThrow('keep-not-in-contract');
    }
  });

  it('lets go on the way back a policy of the teardown, and keeps one that was there before it', () => {
    expect(may(policy, { confirmedNow: back })).toBe(back);
    expect(() => may(policy, { confirmedNow: back }, { 'bucket-policy:a': {} })).toThrow(
      'keep-not-in-contract',
    );
    expect(() => may(login, { confirmedNow: back })).toThrow('keep-not-in-contract');
  });
});

describe('keep, of a store that cannot be written', () => {
  it('keeps everything, and lets go when the delete can be entered first', async () => {
    const store = await newStore();
    const run = { rollCallComplete: true, confirmedNow: confirmed };
    const kept = { evidenceStore: store.directory, captured: {} };
    const names = join(store.directory, 'names');
    await rename(names, `${names}-elsewhere`);
    await writeFile(names, '');
    const before = (await store.ledger()).head;
    expect(await codesOf(beginDelete(run, kept, login, false))).toEqual(['evidence-not-a-store']);
    expect((await store.ledger()).head).toEqual(before);
    await rm(names);
    await rename(`${names}-elsewhere`, names);
    await beginDelete(run, kept, login, false);
    expect((await store.ledger()).entries.at(-1)?.body.kind).toBe('delete-started');
  });
});

describe('keep, of a frozen system (R92)', () => {
  const run = { rollCallComplete: true, confirmedNow: confirmed };
  const request = { by: 'Ada', reason: 'stop' };

  it.each([true, false])('keeps everything until the freeze is lifted (preview: %p)', async (preview) => {
    const store = await newStore();
    const kept = { evidenceStore: store.directory, captured: {} };
    await freeze({ store, ...request });
    expect(await codesOf(beginDelete(run, kept, login, preview))).toEqual(['system-frozen']);
    expect((await store.ledger()).entries.at(-1)?.body.kind).toBe('frozen');
    await unfreeze({ store, ...request });
    await beginDelete(run, kept, login, preview);
    const last = (await store.ledger()).entries.at(-1)?.body.kind;
    expect(last).toBe(preview ? 'unfrozen' : 'delete-started');
  });

  it('lets no create or update pass while the freeze stands, or the ledger cannot be read', async () => {
    const store = await newStore();
    await requireUnfrozen(store.directory);
    await freeze({ store, ...request });
    expect(await codesOf(requireUnfrozen(store.directory))).toEqual(['system-frozen']);
    await unfreeze({ store, ...request });
    await requireUnfrozen(store.directory);
    const entry = join(store.directory, 'ledger', '00000003.json');
    await chmod(entry, 0o644);
    await writeFile(entry, '{');
    expect(await codesOf(requireUnfrozen(store.directory))).toEqual(['ledger-entry-damaged']);
    expect(await codesOf(requireUnfrozen(`${store.directory}-gone`))).toEqual(['evidence-store-missing']);
  });
});
