import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { EvidenceStore } from '../../evidence/index.ts';
import type { Expectation } from '../../lifecycle/index.ts';
import { verification } from '../../provider/index.ts';
import type { Properties, State } from '../../provider/protocol.ts';
import { codesOf, errorOf, removeTemporary } from '../evidence/temporary.ts';
import { callOf, enter, FakeLive, kindsIn, reach, storeAt, system } from './handlers.ts';

afterAll(removeTemporary);

const role = { kind: 'database-role', credentials: 'env:CRM', name: 'crm_app' } as const;
const bucket = { kind: 'bucket', name: 'crm-files' } as const;
const locked: Expectation = { target: role, expect: { login: false } };
const gone: Expectation = { target: bucket, expect: 'absent' };

async function entered(): Promise<EvidenceStore> {
  const store = await storeAt(['active']);
  await enter(store, 'read-only', 'active');
  return store;
}

function inputsOf(store: EvidenceStore, expectations: readonly Expectation[]): Properties {
  return { system, evidenceStore: store.directory, step: 'read-only', attempt: 1, expectations };
}

function world(): FakeLive {
  const live = new FakeLive();
  live.set(role, { login: false, superuser: false });
  return live;
}

describe('Verification', () => {
  it('records a step as reached, with every check, when all is as expected', async () => {
    const store = await entered();
    const { outputs } = await verification(world()).create(inputsOf(store, [locked, gone]), callOf());
    expect(outputs).toMatchObject({ reached: true });
    const view = await store.ledger();
    expect(view.position()).toMatchObject({ step: 'read-only', reached: true });
    expect(view.entries.at(-1)?.body).toMatchObject({
      kind: 'step-reached',
      checks: [
        { name: 'database-role/crm_app', verdict: 'passed' },
        { name: 'bucket/crm-files', verdict: 'passed' },
      ],
    });
  });

  it('fails with the name of what is not as expected, never its value, and enters the failed run', async () => {
    const [store, live] = [await entered(), world()];
    live.set(role, { login: 'personal' });
    const error = await errorOf(verification(live).create(inputsOf(store, [locked]), callOf()));
    expect(error.problems[0]).toMatchObject({ code: 'verification-failed', hint: 'teardown status' });
    expect(error.message).toContain('crm_app: not as expected: login');
    expect(error.message).not.toContain('personal');
    expect((await kindsIn(store)).at(-1)).toBe('run-failed');
    expect((await store.ledger()).position()?.reached).toBe(false);
  });

  it('fails when something that must be there is not, or cannot be looked at', async () => {
    const [store, live] = [await entered(), world()];
    live.set(role, undefined);
    const inputs = inputsOf(store, [locked]);
    expect((await errorOf(verification(live).create(inputs, callOf()))).message).toContain('is not there');
    live.set(role, new Error('no route to the server'));
    expect((await errorOf(verification(live).create(inputs, callOf()))).message).toContain('no route');
    live.set(role, { login: false });
    live.set(bucket, new Error('no route to the bucket'));
    expect(await codesOf(verification(live).create(inputsOf(store, [gone]), callOf()))).toEqual([
      'verification-failed',
    ]);
  });

  it('waits for what is deleted last: nothing is recorded and the next update is named', async () => {
    const [store, live, call] = [await entered(), world(), callOf()];
    live.set(bucket, { objects: 1 });
    const handler = verification(live);
    const inputs = inputsOf(store, [locked, gone]);
    const { id, outputs } = await handler.create(inputs, call);
    expect(outputs).toMatchObject({ reached: false });
    expect(call.messages.at(-1)).toMatch(/not reached yet.*bucket.*HINT: pulumi up/);
    expect((await handler.diff(inputs, { id, inputs, outputs }, callOf())).changes).toEqual({
      reached: 'update',
    });
    live.set(bucket, undefined);
    expect(await handler.update(inputs, { id, inputs, outputs }, callOf())).toMatchObject({ reached: true });
  });

  it('says that something came back if it is still there and the update before began no delete', async () => {
    const [store, live] = [await entered(), world()];
    live.set(bucket, { objects: 1 });
    const handler = verification(live);
    const inputs = inputsOf(store, [gone]);
    let outputs: Properties | undefined;
    const run = async (): Promise<string> => {
      const call = callOf();
      const old = outputs && { id: system, inputs, outputs };
      outputs = old ? await handler.update(inputs, old, call) : (await handler.create(inputs, call)).outputs;
      return call.messages.join('\n');
    };
    expect(await run()).not.toContain('began no delete');
    await store.append({ kind: 'delete-started', step: 'read-only', attempt: 1, urn: 'urn:bucket' });
    expect(await run()).not.toContain('began no delete');
    expect(await run()).toMatch(/began no delete of these[^]*HINT: remove by hand/);
    expect(outputs).toMatchObject({ reached: false });
    live.set(bucket, undefined);
    expect(await run()).toBe('');
    expect(outputs).toMatchObject({ reached: true });
  });

  it('warns whoever only looks while a step is under way, and never calls it reached', async () => {
    const [store, live] = [await entered(), world()];
    const handler = verification(live);
    const inputs = inputsOf(store, [locked]);
    const state = { id: system, inputs, outputs: { ...inputs, reached: true } };
    const [preview, refresh] = [callOf({ preview: true }), callOf()];
    await handler.update(inputs, state, preview);
    expect((await handler.read(state, refresh))?.outputs.reached).toBe(false);
    for (const { messages } of [preview, refresh])
      expect(messages).toEqual([
        expect.stringMatching(/^read-only \(attempt 1\) was entered and is not reached/),
      ]);
    await reach(store, 'read-only');
    const [later, again] = [callOf({ preview: true }), callOf()];
    await handler.update(inputs, state, later);
    expect((await handler.read(state, again))?.outputs.reached).toBe(true);
    expect([...later.messages, ...again.messages]).toEqual([]);
  });

  it('has no difference at a reached step, until a refresh has found drift', async () => {
    const [store, live] = [await entered(), world()];
    const handler = verification(live);
    const inputs = inputsOf(store, [locked]);
    const { id, outputs } = await handler.create(inputs, callOf());
    expect((await handler.diff(inputs, { id, inputs, outputs }, callOf())).changes).toEqual({});
    live.set(role, { login: true });
    const state: State = { id, inputs, outputs };
    const refreshed = (await handler.read(state, callOf())) ?? state;
    expect(refreshed.outputs.reached).toBe(false);
    expect((await handler.diff(inputs, refreshed, callOf())).changes).toEqual({ reached: 'update' });
  });

  it('finds a ledger that has lost its last entry since', async () => {
    const store = await entered();
    const handler = verification(world());
    const inputs = inputsOf(store, [locked]);
    const { id, outputs } = await handler.create(inputs, callOf());
    const state = { id, inputs, outputs };
    const last = (await store.ledger()).head.sequence;
    unlinkSync(join(store.directory, 'ledger', `${String(last).padStart(8, '0')}.json`));
    expect(await codesOf(handler.diff(inputs, state, callOf()))).toEqual(['ledger-head-mismatch']);
    expect(await codesOf(handler.update(inputs, state, callOf()))).toEqual(['ledger-head-mismatch']);
    expect((await kindsIn(store)).at(-1)).toBe('step-entered');
  });

  it('can record again what a killed run had recorded already', async () => {
    const store = await entered();
    await reach(store, 'read-only');
    const { outputs } = await verification(world()).create(inputsOf(store, [locked]), callOf());
    expect(outputs).toMatchObject({ reached: true });
    expect((await store.ledger()).position()).toMatchObject({ step: 'read-only', reached: true });
  });

  it('does nothing in a preview, and never counts no expectation as all fulfilled', async () => {
    const store = await entered();
    const before = await kindsIn(store);
    const handler = verification(world());
    const shown = await handler.create(inputsOf(store, [locked]), callOf({ preview: true }));
    expect(shown.outputs).not.toHaveProperty('reached');
    const { failures } = await handler.check(inputsOf(store, []), undefined, callOf());
    expect(failures.map(({ property }) => property)).toEqual(['expectations']);
    expect(await kindsIn(store)).toEqual(before);
  });

  it('cannot be deleted or imported', async () => {
    const store = await entered();
    const handler = verification(world());
    const state = { id: system, inputs: inputsOf(store, [locked]), outputs: {} };
    expect(await codesOf(handler.delete(state, callOf()))).toEqual(['gate-cannot-be-deleted']);
    await expect(handler.read({ id: system, inputs: {}, outputs: {} }, callOf())).rejects.toThrow(
      'cannot be imported',
    );
  });
});
