import { afterAll, describe, expect, it } from '@jest/globals';
import { isKind, type EvidenceStore } from '../../evidence/index.ts';
import type { LiveTarget } from '../../lifecycle/index.ts';
import { deletionGuard } from '../../provider/index.ts';
import { codesOf, errorOf, removeTemporary } from '../evidence/temporary.ts';
import { callOf, enter, FakeLive, kindsIn, plan, storeAt, system } from './handlers.ts';

afterAll(removeTemporary);

const database = { kind: 'database', credentials: 'env:CRM', name: 'crm' } as const;
const instance = { kind: 'rds-instance', id: 'crm-prod' } as const;
const quiet = { sessions: 0, preparedTransactions: 0, activeSlots: 0, subscriptions: 0 };

function world(): FakeLive {
  const live = new FakeLive();
  live.set(database, quiet);
  live.set(instance, { deletionProtection: true });
  return live;
}

async function atData(options: { sandbox?: boolean } = {}): Promise<EvidenceStore> {
  const store = await storeAt(plan.slice(0, -1), options);
  await enter(store, 'destroyed/data', 'revoked/modules');
  return store;
}

function guarded(store: EvidenceStore, target: LiveTarget, all: LiveTarget[] = [database, instance]) {
  return {
    id: target.kind,
    inputs: { system, evidenceStore: store.directory, target, all },
    outputs: {},
  };
}

describe('DeletionGuard', () => {
  it('releases its target at destroyed/data and says so in the ledger', async () => {
    const [live, store] = [world(), await atData()];
    await deletionGuard(live).delete(guarded(store, instance), callOf());
    expect(live.released).toEqual([instance]);
    const last = (await store.ledger()).entries.at(-1)?.body;
    expect(last).toEqual({ kind: 'guard-released', target: 'rds-instance/crm-prod' });
  });

  it('refuses before destroyed/data, whoever asks', async () => {
    const [live, store] = [world(), await storeAt(['active', 'read-only'])];
    const error = await errorOf(deletionGuard(live).delete(guarded(store, instance), callOf()));
    expect(error.message).toContain('guard-refused');
    expect(error.message).toContain('the ledger says read-only');
    expect(live.released).toEqual([]);
  });

  it.each([
    ['sessions', 1],
    ['preparedTransactions', 1],
    ['activeSlots', 2],
    ['subscriptions', 1],
  ])('refuses while the database has %s', async (what, count) => {
    const [live, store] = [world(), await atData()];
    live.set(database, { ...quiet, [what]: count });
    const error = await errorOf(deletionGuard(live).delete(guarded(store, database), callOf()));
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]).toMatchObject({
      code: 'guard-refused',
      detail: `database/crm: ${what}: ${what}: ${count}`,
      hint: 'end them, then pulumi up',
    });
    expect(live.released).toEqual([]);
    const refusal = (await store.ledger()).entries.findLast(isKind('refusal'))?.body;
    expect(refusal).toMatchObject({ gate: 'destroyed/data', problems: [{ code: 'guard-refused' }] });
  });

  it('releases no lock while the target of another guard must stay', async () => {
    const [live, store] = [world(), await atData()];
    live.set(database, { ...quiet, sessions: 3 });
    const error = await errorOf(deletionGuard(live).delete(guarded(store, instance), callOf()));
    expect(error.message).toContain('database/crm must stay: sessions');
    expect(live.released).toEqual([]);
  });

  it('refuses when a target cannot be looked at', async () => {
    const [live, store] = [world(), await atData()];
    live.set(database, new Error('no route'));
    for (const target of [database, instance])
      expect(await codesOf(deletionGuard(live).delete(guarded(store, target), callOf()))).toEqual([
        'guard-refused',
      ]);
    expect(live.released).toEqual([]);
  });

  it('passes again for a target that is gone already, and can be asked twice', async () => {
    const [live, store] = [world(), await atData()];
    const guard = deletionGuard(live);
    await guard.delete(guarded(store, database), callOf());
    live.set(database, undefined);
    await guard.delete(guarded(store, database), callOf());
    await guard.delete(guarded(store, instance), callOf());
    expect((await kindsIn(store)).filter((kind) => kind === 'guard-released')).toHaveLength(3);
  });

  it('refuses without an archive in a store that the sandbox did not create', async () => {
    const [live, store] = [world(), await atData({ sandbox: false })];
    const error = await errorOf(deletionGuard(live).delete(guarded(store, instance), callOf()));
    expect(error.message).toContain('archive');
    expect(error.message).toContain('restore-test');
    expect(live.released).toEqual([]);
  });

  it('is not created for a thing that does not exist, and creates nothing itself', async () => {
    const [live, store] = [world(), await storeAt()];
    const guard = deletionGuard(live);
    const { inputs } = guarded(store, instance);
    expect((await guard.create(inputs, callOf())).id).toBe('rds-instance/crm-prod');
    live.set(instance, undefined);
    expect(await codesOf(guard.create(inputs, callOf()))).toEqual(['guard-no-target']);
    await guard.create(inputs, callOf({ preview: true }));
    expect(await kindsIn(store)).toEqual(['store-created', 'captured']);
  });

  it('names every input that is wrong', async () => {
    const { failures } = await deletionGuard(world()).check({ system: '', all: [] }, undefined, callOf());
    expect(failures.map(({ property }) => property).sort()).toEqual([
      'all',
      'evidenceStore',
      'system',
      'target',
    ]);
  });
});
