import { afterAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { approve, isApproved, isKind, withdraw } from '../../evidence/index.ts';
import { codesOf, errorOf, hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const request = {
  step: 'read-only',
  attempt: 1,
  intent: hex('a'),
  approver: 'Ada Lovelace',
  reason: 'ready',
} as const;

describe('approve', () => {
  it('stores an unsigned in-toto statement about the intent and enters it', async () => {
    const store = await newStore();
    const entry = await approve({ store, ...request });
    const view = await store.ledger();
    const [approval] = view.approvals('read-only', 1);
    expect(approval).toEqual(entry);
    expect(approval?.body).toMatchObject({ intent: hex('a'), reason: 'ready', signed: false });
    expect(await store.attestation(approval?.body.attestation ?? '')).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'intent', digest: { sha256: hex('a') } }],
      predicateType: 'urn:crm-teardown:approval:v1',
      predicate: { system: 'slice-crm', step: 'read-only', attempt: 1, signed: false, reason: 'ready' },
    });
  });

  it('holds for exactly that step, attempt and intent', async () => {
    const store = await newStore();
    await approve({ store, ...request });
    const view = await store.ledger();
    expect(isApproved(view, request)).toBe(true);
    expect(isApproved(view, { ...request, step: 'revoked/accounts' })).toBe(false);
    expect(isApproved(view, { ...request, attempt: 2 })).toBe(false);
    expect(isApproved(view, { ...request, intent: hex('b') })).toBe(false);
  });

  it('leaves the name nowhere in the store in the clear, and gives it back to whoever has the key', async () => {
    const store = await newStore();
    await approve({ store, ...request });
    const names = await readdir(store.directory, { recursive: true, withFileTypes: true });
    for (const file of names.filter((entry) => entry.isFile())) {
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toMatch(/Ada|Lovelace/);
    }
    const [approval] = (await store.ledger()).entries.filter(isKind('approval'));
    expect(await store.nameOf(approval?.body.approver ?? '')).toBe('Ada Lovelace');
    expect(await store.nameOf(hex('0'))).toBeUndefined();
  });

  it('gives one person the same hash in one store and another hash in another store', async () => {
    const [one, other] = [await newStore(), await newStore()];
    const hash = await one.rememberName('Ada');
    expect(await one.rememberName('Ada')).toBe(hash);
    expect(await other.rememberName('Ada')).not.toBe(hash);
  });

  it('refuses a blank name and a blank reason and enters nothing', async () => {
    const store = await newStore();
    expect(await codesOf(approve({ store, ...request, reason: ' ' }))).toEqual([
      'evidence-approval-incomplete',
    ]);
    expect(await codesOf(approve({ store, ...request, approver: '' }))).toEqual([
      'evidence-approval-incomplete',
    ]);
    expect((await store.ledger()).entries).toHaveLength(1);
  });
});

describe('withdraw', () => {
  it('voids an approval and leaves others', async () => {
    const store = await newStore();
    await approve({ store, ...request });
    await approve({ store, ...request, approver: 'Grace' });
    const [first, second] = (await store.ledger()).approvals('read-only', 1);
    await withdraw({ store, attestation: first?.body.attestation ?? '', reason: 'too early' });
    const view = await store.ledger();
    expect(view.approvals('read-only', 1)).toEqual([second]);
    expect(isApproved(view, request)).toBe(true);
    await withdraw({ store, attestation: second?.body.attestation ?? '', reason: 'too early' });
    expect(isApproved(await store.ledger(), request)).toBe(false);
  });

  it('refuses what was never approved or is withdrawn already', async () => {
    const store = await newStore();
    expect(await codesOf(withdraw({ store, attestation: hex('a'), reason: 'x' }))).toEqual([
      'evidence-approval-unknown',
    ]);
  });

  it('refuses a blank reason without leading to another approval, and enters nothing', async () => {
    const store = await newStore();
    await approve({ store, ...request });
    const [given] = (await store.ledger()).approvals('read-only', 1);
    const withdrawing = withdraw({ store, attestation: given?.body.attestation ?? '', reason: ' ' });
    const [problem] = (await errorOf(withdrawing)).problems;
    expect(problem.code).toBe('evidence-approval-incomplete');
    expect(problem.hint).not.toContain('approve STEP');
    expect(isApproved(await store.ledger(), request)).toBe(true);
  });

  it('does not void an approval that is given later', async () => {
    const store = await newStore();
    await approve({ store, ...request });
    const [first] = (await store.ledger()).approvals('read-only', 1);
    await withdraw({ store, attestation: first?.body.attestation ?? '', reason: 'too early' });
    await approve({ store, ...request });
    expect(isApproved(await store.ledger(), request)).toBe(true);
  });
});
