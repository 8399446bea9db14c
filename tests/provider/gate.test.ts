import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isKind, withdraw, type EvidenceStore } from '../../evidence/index.ts';
import { gate } from '../../provider/index.ts';
import type { Properties, State } from '../../provider/protocol.ts';
import { codesOf, errorOf, hex, removeTemporary } from '../evidence/temporary.ts';
import {
  approveFor,
  callOf,
  digests,
  enter,
  FakeLive,
  gateInputs,
  kindsIn,
  lookout,
  reach,
  reason,
  storeAt,
  system,
} from './handlers.ts';

afterAll(removeTemporary);

const now = () => new Date('2026-11-01T00:00:00Z');
const handler = gate(new FakeLive(), now);

/** The gate's state after it let the stack into a step, as the engine keeps it. */
async function stateAt(store: EvidenceStore, step: string): Promise<State> {
  const { head } = await store.ledger();
  return { id: system, inputs: gateInputs(store, step), outputs: { ledgerHead: head } };
}

const confirmedStep = ({ confirmed }: Properties): unknown => (confirmed as { step: string }).step;

describe('Gate of a new stack', () => {
  it('lets it in at active, without an approval, and enters that', async () => {
    const store = await storeAt();
    const call = callOf();
    const { id, outputs } = await handler.create(gateInputs(store, 'active'), call);
    expect(id).toBe(system);
    expect(outputs.confirmed).toEqual({
      step: 'active',
      entered: 'start',
      attempt: 1,
      engine: call.engine,
      at: now().toISOString(),
    });
    const view = await store.ledger();
    expect(view.entries.at(-1)?.body).toMatchObject({
      kind: 'step-entered',
      step: 'active',
      from: null,
      reason,
    });
    expect(outputs.ledgerHead).toEqual(view.head);
  });

  it('is refused at any other step', async () => {
    const store = await storeAt();
    const { failures } = await handler.check(gateInputs(store, 'read-only'), undefined, callOf());
    expect(failures).toEqual([
      {
        property: 'step',
        reason:
          'gate-move-refused: The stack may not move to this step. from a new stack to "read-only": ' +
          'a new stack starts at active. HINT: pulumi config set stage active',
      },
    ]);
    expect(await codesOf(handler.create(gateInputs(store, 'read-only'), callOf()))).toEqual([
      'gate-move-refused',
    ]);
    expect(await kindsIn(store)).not.toContain('step-entered');
  });

  it('is refused when the ledger knows the system already, also at active', async () => {
    const store = await storeAt(['active', 'read-only']);
    const { failures } = await handler.check(gateInputs(store, 'active'), undefined, callOf());
    expect(failures[0]?.reason).toMatch(/^gate-state-lost:.*read-only, attempt 1.*HINT: pulumi stack import/);
    expect(await codesOf(handler.create(gateInputs(store, 'active'), callOf()))).toEqual(['gate-state-lost']);
  });

  it('goes on when it was killed between its first entry and the save of the state', async () => {
    const store = await storeAt();
    await handler.create(gateInputs(store, 'active'), callOf());
    const before = await kindsIn(store);
    const again = await handler.create(gateInputs(store, 'active'), callOf());
    expect(confirmedStep(again.outputs)).toBe('active');
    expect(await kindsIn(store)).toEqual(before);
  });
});

describe('Gate of a move', () => {
  it.each([
    '',
    ' ',
    'readonly',
    'Read-Only',
    'revoked',
    'revoked/accounts',
    'revoked/modules',
    'destroyed/data',
  ])('refuses "%s" from active, with a step to take instead', async (wanted) => {
    const store = await storeAt(['active']);
    const { inputs } = await stateAt(store, 'active');
    const { failures } = await handler.check(gateInputs(store, wanted), inputs, callOf());
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toMatch(
      /gate-move-refused: .*HINT: pulumi config set stage (active|read-only)$/,
    );
  });

  it('refuses the way back after the first delete', async () => {
    const store = await storeAt(['active', 'read-only', 'revoked/modules']);
    await enter(store, 'destroyed/data', 'revoked/modules');
    await store.append({ kind: 'delete-started', step: 'destroyed/data', attempt: 1, urn: 'urn' });
    const state = await stateAt(store, 'destroyed/data');
    for (const wanted of ['active', 'read-only', 'revoked/modules']) {
      const { failures } = await handler.check(gateInputs(store, wanted), state.inputs, callOf());
      expect(failures[0]?.reason).toContain('a delete was recorded; only the archive leads back');
    }
  });

  it('refuses without an approval, enters the refusal, and passes with one', async () => {
    const store = await storeAt(['active']);
    const state = await stateAt(store, 'active');
    const inputs = gateInputs(store, 'read-only');
    const error = await errorOf(handler.update(inputs, state, callOf()));
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]).toMatchObject({
      code: 'gate-evidence-missing',
      hint: 'teardown approve read-only --as NAME --reason TEXT',
    });
    expect((await store.ledger()).entries.findLast(isKind('refusal'))?.body).toMatchObject({
      gate: 'read-only',
    });
    await approveFor(store, 'read-only');
    expect(confirmedStep(await handler.update(inputs, state, callOf()))).toBe('read-only');
    expect((await store.ledger()).position()).toMatchObject({ step: 'read-only', reached: false });
  });

  it('shows in a preview what is missing, answers with the wanted step and enters nothing', async () => {
    const store = await storeAt(['active']);
    const call = callOf({ preview: true });
    const before = await kindsIn(store);
    const answer = await handler.update(gateInputs(store, 'read-only'), await stateAt(store, 'active'), call);
    expect(confirmedStep(answer)).toBe('read-only');
    expect(call.messages.join('\n')).toMatch(/failed approval: .*HINT: teardown approve read-only/);
    expect(await kindsIn(store)).toEqual(before);
  });

  it.each(['inventory', 'former', 'program'] as const)(
    'takes an approval for one intent only: not after a change of the %s',
    async (what) => {
      const store = await storeAt(['active']);
      await approveFor(store, 'read-only');
      const changed = gateInputs(store, 'read-only', { digests: { ...digests, [what]: hex('9') } });
      const error = await errorOf(handler.update(changed, await stateAt(store, 'active'), callOf()));
      expect(error.message).toContain('approved is intent');
      expect((await store.ledger()).position()).toMatchObject({ step: 'active' });
    },
  );

  it('refuses a half-finished step whose approval was withdrawn, and goes on when it is given again', async () => {
    const store = await storeAt(['active']);
    const inputs = gateInputs(store, 'read-only');
    await approveFor(store, 'read-only');
    const outputs = await handler.update(inputs, await stateAt(store, 'active'), callOf());
    const state = { id: system, inputs, outputs };
    const [approval] = (await store.ledger()).approvals('read-only', 1);
    await withdraw({ store, attestation: approval?.body.attestation ?? '', reason: 'not yet' });
    expect((await errorOf(handler.update(inputs, state, callOf()))).message).toContain(
      'no approval of read-only',
    );
    await approveFor(store, 'read-only');
    const before = (await kindsIn(store)).filter((kind) => kind === 'step-entered').length;
    await handler.update(inputs, state, callOf());
    expect((await kindsIn(store)).filter((kind) => kind === 'step-entered')).toHaveLength(before);
  });

  it('asks for the notices and for features that are unknown at the first gate, all in one run', async () => {
    const store = await storeAt(['active']);
    await approveFor(store, 'read-only');
    const state = await stateAt(store, 'active');
    const facts = { unknownFeatures: ['sms', 'dashboards'], notices: [] };
    const error = await errorOf(handler.update(gateInputs(store, 'read-only', { facts }), state, callOf()));
    expect(error.problems.map(({ detail }) => detail)).toEqual([
      'read-only, notices failed: no notice was sent',
      'read-only, features failed: unknown: sms, dashboards',
    ]);
    const late = { unknownFeatures: [], notices: [{ to: 'staff', sent: '2026-10-15', leadTime: '30 days' }] };
    const early = await errorOf(
      handler.update(gateInputs(store, 'read-only', { facts: late }), state, callOf()),
    );
    expect(early.message).toContain('staff: 30 days are over at 2026-11-15');
  });

  it('refuses what is not built yet in a store that the sandbox did not create', async () => {
    const store = await storeAt(['active'], { sandbox: false });
    await approveFor(store, 'read-only');
    const error = await errorOf(
      handler.update(gateInputs(store, 'read-only'), await stateAt(store, 'active'), callOf()),
    );
    expect(error.message).toContain('archive failed: every store is archived');
    expect(error.problems.every(({ detail }) => detail.includes('not built yet'))).toBe(true);
  });

  it('begins nothing while a live system cannot be looked at, and says so in a preview', async () => {
    const [store, live] = [await storeAt(['active']), new FakeLive()];
    const [state, inputs] = [await stateAt(store, 'active'), gateInputs(store, 'read-only')];
    live.set(lookout, new Error('no route'));
    await approveFor(store, 'read-only');
    const before = await kindsIn(store);
    const error = await errorOf(gate(live, now).update(inputs, state, callOf()));
    expect(error.problems[0]).toMatchObject({ code: 'gate-live-unreachable', exit: 'unreachable' });
    expect(await kindsIn(store)).toEqual(before);
    const preview = callOf({ preview: true });
    await gate(live, now).update(inputs, state, preview);
    expect(preview.messages[0]).toContain('database/crm: Error: no route');
  });

  it('goes back as a new attempt, for which approvals and evidence of the one before do not count', async () => {
    const store = await storeAt(['active', 'read-only']);
    const state = await stateAt(store, 'read-only');
    const inputs = gateInputs(store, 'active');
    await approveFor(store, 'active', 1);
    expect(await codesOf(handler.update(inputs, state, callOf()))).toEqual(['gate-evidence-missing']);
    await approveFor(store, 'active', 2);
    const outputs = await handler.update(inputs, state, callOf());
    expect(outputs.confirmed).toMatchObject({ step: 'active', entered: 'back', attempt: 2 });
    await reach(store, 'active', 2);
    const back = { id: system, inputs, outputs };
    await approveFor(store, 'read-only', 1);
    const error = await errorOf(handler.update(gateInputs(store, 'read-only'), back, callOf()));
    expect(error.message).toContain('no approval of read-only, attempt 2');
  });

  it('leaves a step that was not reached backwards only after a refresh, which counts until its next passage', async () => {
    const store = await storeAt(['active']);
    await enter(store, 'read-only', 'active');
    const state = await stateAt(store, 'read-only');
    await approveFor(store, 'active', 2);
    const inputs = gateInputs(store, 'active');
    const before = await kindsIn(store);
    for (const call of [callOf({ preview: true }), callOf()]) {
      expect((await errorOf(handler.update(inputs, state, call))).problems).toMatchObject([
        { code: 'gate-refresh-first', hint: 'teardown status' },
      ]);
    }
    expect(await kindsIn(store)).toEqual(before);
    const refreshed = (await handler.read(state, callOf())) ?? state;
    const stayed = await handler.update(gateInputs(store, 'read-only'), refreshed, callOf({ preview: true }));
    expect(Object.keys(stayed)).not.toContain('refreshed');
    expect(confirmedStep(await handler.update(inputs, refreshed, callOf()))).toBe('active');
    expect((await store.ledger()).position()).toMatchObject({ step: 'active', attempt: 2, entered: 'back' });
  });

  it('finishes a half-finished way back in its own direction', async () => {
    const store = await storeAt(['active', 'read-only']);
    await approveFor(store, 'active', 2);
    const inputs = gateInputs(store, 'active');
    const outputs = await handler.update(inputs, await stateAt(store, 'read-only'), callOf());
    const again = await handler.update(inputs, { id: system, inputs, outputs }, callOf());
    expect(again.confirmed).toMatchObject({ step: 'active', entered: 'back', attempt: 2 });
  });

  it('judges a reached step again when its inventory has changed', async () => {
    const store = await storeAt(['active', 'read-only']);
    const state = await stateAt(store, 'read-only');
    const same = gateInputs(store, 'read-only');
    expect((await handler.diff(same, state, callOf())).changes).toEqual({});
    const edited = gateInputs(store, 'read-only', { digests: { ...digests, inventory: hex('9') } });
    expect((await handler.diff(edited, state, callOf())).changes).toEqual({ digests: 'update' });
    expect((await errorOf(handler.update(edited, state, callOf()))).message).toContain(
      'no approval of read-only',
    );
  });
});

describe('Gate with two witnesses', () => {
  it('goes on only with the step that a killed run has entered', async () => {
    const store = await storeAt(['active']);
    const state = await stateAt(store, 'active');
    await approveFor(store, 'read-only');
    await enter(store, 'read-only', 'active');
    for (const wanted of ['active', 'revoked/modules']) {
      const { failures } = await handler.check(gateInputs(store, wanted), state.inputs, callOf());
      expect(failures[0]?.reason).toMatch(
        /^gate-witnesses-disagree: .*HINT: pulumi config set stage read-only && pulumi up$/,
      );
    }
    const inputs = gateInputs(store, 'read-only');
    expect((await handler.check(inputs, state.inputs, callOf())).failures).toEqual([]);
    expect(confirmedStep(await handler.update(inputs, state, callOf()))).toBe('read-only');
    const entries = (await store.ledger()).entries.filter(isKind('step-entered'));
    expect(entries.map(({ body }) => body.step)).toEqual(['active', 'read-only']);
  });

  it('goes on with a step that was entered twice, for two intents, and never saved', async () => {
    const store = await storeAt(['active']);
    const state = await stateAt(store, 'active');
    await enter(store, 'read-only', 'active');
    await enter(store, 'read-only', 'read-only');
    await approveFor(store, 'read-only');
    const inputs = gateInputs(store, 'read-only');
    expect((await handler.check(inputs, state.inputs, callOf())).failures).toEqual([]);
    expect(confirmedStep(await handler.update(inputs, state, callOf()))).toBe('read-only');
  });

  it('refuses a state that is behind a step which was reached, and one that is ahead', async () => {
    const store = await storeAt(['active', 'read-only']);
    for (const remembered of ['active', 'revoked/modules']) {
      const { inputs } = await stateAt(store, remembered);
      const { failures } = await handler.check(gateInputs(store, 'read-only'), inputs, callOf());
      expect(failures[0]?.reason).toMatch(/^gate-witnesses-disagree/);
    }
  });

  it('finds that the last entries of the ledger are gone, at preview already', async () => {
    const store = await storeAt(['active', 'read-only']);
    const state = await stateAt(store, 'read-only');
    const ledger = join(store.directory, 'ledger');
    unlinkSync(join(ledger, readdirSync(ledger).sort().at(-1) ?? ''));
    const inputs = gateInputs(store, 'read-only');
    expect(await codesOf(handler.diff(inputs, state, callOf()))).toEqual(['ledger-head-mismatch']);
    for (const preview of [true, false])
      expect(await codesOf(handler.update(inputs, state, callOf({ preview })))).toEqual([
        'ledger-head-mismatch',
      ]);
  });

  it('has a difference at every run until the step is recorded as reached', async () => {
    const store = await storeAt(['active']);
    await enter(store, 'read-only', 'active');
    const state = await stateAt(store, 'read-only');
    const inputs = gateInputs(store, 'read-only');
    expect((await handler.diff(inputs, state, callOf())).changes).toEqual({ confirmed: 'update' });
    await reach(store, 'read-only');
    expect((await handler.diff(inputs, state, callOf())).changes).toEqual({});
  });
});

describe('Gate', () => {
  it('is never deleted, never imported, and reads back what it had', async () => {
    const store = await storeAt(['active']);
    const state = await stateAt(store, 'active');
    expect(await codesOf(handler.delete(state, callOf()))).toEqual(['gate-cannot-be-deleted']);
    expect(await handler.read(state, callOf())).toEqual(state);
    expect(
      await codesOf(handler.read({ id: system, inputs: {}, outputs: {} }, callOf()) as Promise<unknown>),
    ).toEqual(['gate-cannot-be-imported']);
  });

  it('says of each input what is wrong with it', async () => {
    const store = await storeAt();
    const wrong = gateInputs(store, 'active', { reason: ' ', plan: [], evidenceStore: './evidence' });
    const { failures } = await handler.check(wrong, undefined, callOf());
    expect(failures.map(({ property }) => property).sort()).toEqual(['evidenceStore', 'plan', 'reason']);
  });
});
