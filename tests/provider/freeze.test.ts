import { afterAll, describe, expect, it } from '@jest/globals';
import { type EvidenceStore, freeze, unfreeze } from '../../evidence/index.ts';
import { deletionGuard, gate, verification } from '../../provider/index.ts';
import { codesOf, removeTemporary } from '../evidence/temporary.ts';
import {
  approveFor,
  callOf,
  enter,
  FakeLive,
  gateInputs,
  kindsIn,
  lookout,
  plan,
  storeAt,
  system,
} from './handlers.ts';

afterAll(removeTemporary);

const request = { by: 'Ada', reason: 'orders are missing' };
const bucket = { kind: 'bucket', name: 'crm-files' } as const;

const stop = (store: EvidenceStore) => freeze({ store, ...request });
const lift = (store: EvidenceStore) => unfreeze({ store, ...request });

describe('Gate of a frozen system (R92)', () => {
  const live = new FakeLive();
  live.set(lookout, {});
  const now = () => new Date('2026-11-01T00:00:00.000Z');
  const handler = gate(live, now);

  it.each(['active', 'read-only'])('refuses %s in its check, so in a preview', async (step) => {
    const store = await storeAt(['active']);
    const inputs = gateInputs(store, step);
    const olds = gateInputs(store, 'active');
    await stop(store);
    const { failures } = await handler.check(inputs, olds, callOf());
    expect(failures[0]?.reason).toMatch(/^system-frozen: .*HINT: teardown unfreeze/);
    expect(failures[0]?.reason).not.toContain('orders');
    await lift(store);
    expect((await handler.check(inputs, olds, callOf())).failures).toEqual([]);
  });

  it.each([true, false])('refuses the update itself, and enters nothing (preview: %p)', async (preview) => {
    const store = await storeAt(['active']);
    await approveFor(store, 'read-only');
    const inputs = gateInputs(store, 'active');
    const outputs = { confirmed: { step: 'active' }, ledgerHead: (await store.ledger()).head };
    const state = { id: system, inputs, outputs };
    await stop(store);
    const update = () => handler.update(gateInputs(store, 'read-only'), state, callOf({ preview }));
    expect(await codesOf(update())).toEqual(['system-frozen']);
    expect((await kindsIn(store)).at(-1)).toBe('frozen');
    await lift(store);
    expect(await update()).toMatchObject({ confirmed: { step: 'read-only' } });
  });

  it.each([true, false])('refuses a new stack (preview: %p)', async (preview) => {
    const store = await storeAt();
    await stop(store);
    const create = () => handler.create(gateInputs(store, 'active'), callOf({ preview }));
    expect(await codesOf(create())).toEqual(['system-frozen']);
    await lift(store);
    expect((await create()).outputs).toMatchObject({ confirmed: { step: 'active' } });
  });
});

describe('DeletionGuard of a frozen system (R92)', () => {
  /** Looking takes its time: somebody freezes the system meanwhile. */
  class FrozenMeanwhile extends FakeLive {
    meanwhile: (() => Promise<unknown>) | undefined;

    override async observe(target: Parameters<FakeLive['observe']>[0]) {
      await this.meanwhile?.();
      return super.observe(target);
    }
  }

  it('keeps its target, also when the freeze comes while it looks, and releases it afterwards', async () => {
    const store = await storeAt(plan.slice(0, -1));
    await enter(store, 'destroyed/data', 'revoked/modules');
    const live = new FrozenMeanwhile();
    live.set(bucket, {});
    const inputs = { system, evidenceStore: store.directory, target: bucket, all: [bucket] };
    const released = () => deletionGuard(live).delete({ id: 'bucket', inputs, outputs: {} }, callOf());
    live.meanwhile = () => stop(store);
    expect(await codesOf(released())).toEqual(['system-frozen']);
    live.meanwhile = undefined;
    expect(await codesOf(released())).toEqual(['system-frozen']);
    expect(live.released).toEqual([]);
    await lift(store);
    await released();
    expect(live.released).toEqual([bucket]);
  });
});

describe('Verification of a frozen system (R92)', () => {
  const inputsOf = (store: EvidenceStore) => ({
    system,
    evidenceStore: store.directory,
    step: 'read-only',
    attempt: 1,
    expectations: [{ target: bucket, expect: 'absent' }],
  });

  it.each([true, false])('records nothing as reached (preview: %p)', async (preview) => {
    const store = await storeAt(['active']);
    await enter(store, 'read-only', 'active');
    const handler = verification(new FakeLive());
    const create = () => handler.create(inputsOf(store), callOf({ preview }));
    await stop(store);
    expect(await codesOf(create())).toEqual(['system-frozen']);
    expect((await kindsIn(store)).at(-1)).toBe('frozen');
    await lift(store);
    expect((await create()).id).toBe(system);
  });

  it('still looks in a refresh', async () => {
    const store = await storeAt(['active']);
    await stop(store);
    const state = { id: system, inputs: inputsOf(store), outputs: { reached: false } };
    expect(await verification(new FakeLive()).read(state, callOf())).toMatchObject({
      outputs: { reached: true },
    });
  });
});
