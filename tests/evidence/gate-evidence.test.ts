import { afterAll, describe, expect, it } from '@jest/globals';
import { type Check, overall } from '../../diagnostics/index.ts';
import {
  approve,
  archiveEvidence,
  evaluateGate,
  type EvidenceStore,
  type GateQuestion,
  intentOf,
  withdraw,
} from '../../evidence/index.ts';
import { allSteps, coveredBy, type Move, type Step } from '../../lifecycle/index.ts';
import { hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const passed = [{ name: 'probe', verdict: 'passed' as const, detail: '', hint: '' }];
const forward = (from: Step, to: Step, attempt = 1): Move => ({
  from,
  to,
  direction: 'forward',
  entered: 'forward',
  attempt,
});
const stay = (step: Step, entered: Move['entered'] = 'forward', attempt = 1): Move => ({
  from: step,
  to: step,
  direction: 'stay',
  entered,
  attempt,
});

async function enter(store: EvidenceStore, { from, to: step, entered, attempt }: Move): Promise<void> {
  await store.append({
    kind: 'step-entered',
    step,
    from: from ?? null,
    entered,
    attempt,
    intent: hex('a'),
    reason: 'r',
  });
}
const reach = (store: EvidenceStore, step: Step, attempt = 1) =>
  store.append({ kind: 'step-reached', step, attempt, checks: passed });
const allow = (store: EvidenceStore, step: Step, attempt = 1, intent = hex('a')) =>
  approve({ store, step, attempt, intent, approver: 'Ada', reason: 'ready' });

/** A system at `active`, reached, captured, and approved for read-only. */
async function readyStore(sandbox = true): Promise<EvidenceStore> {
  const store = await newStore({ sandbox });
  await store.append({ kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') });
  await enter(store, { from: undefined, to: 'active', direction: 'start', entered: 'start', attempt: 1 });
  await reach(store, 'active');
  await allow(store, 'read-only');
  return store;
}

const facts: GateQuestion['facts'] = {
  unknownFeatures: [],
  notices: [{ to: 'customers', sent: '2026-09-01', leadTime: '30 days' }],
};

async function ask(
  store: EvidenceStore,
  move: Move,
  question: Partial<GateQuestion> = {},
): Promise<readonly Check[]> {
  return evaluateGate({
    move,
    covered: coveredBy(allSteps, move.to),
    view: await store.ledger(),
    intent: hex('a'),
    formerDigest: hex('f'),
    facts,
    now: new Date('2026-11-22T00:00:00Z'),
    ...question,
  });
}

const find = (checks: readonly Check[], name: string) => checks.find((check) => check.name === name);
const toReadOnly = forward('active', 'read-only');

describe('the gate into read-only', () => {
  it('opens when everything is shown, in the order of the table', async () => {
    const checks = await ask(await readyStore(), toReadOnly);
    expect(checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'previous-step passed',
      'former-settings passed',
      'approval passed',
      'notices passed',
      'features passed',
      'runner-rights passed',
      'access-register passed',
      'archive passed',
      'restore-test passed',
    ]);
    expect(overall(checks)).toBe('passed');
    expect(checks.every(({ hint }) => hint === '')).toBe(true);
  });

  it('says of what is not built yet that it passes in a store of the sandbox only', async () => {
    const inSandbox = find(await ask(await readyStore(true), toReadOnly), 'archive');
    expect(inSandbox?.detail).toBe('not built yet; accepted because this store was created by the sandbox');
    const elsewhere = await ask(await readyStore(false), toReadOnly);
    expect(elsewhere.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toEqual([
      'runner-rights',
      'access-register',
      'archive',
      'restore-test',
    ]);
    expect(overall(elsewhere)).toBe('failed');
  });

  it('gives the same answer to the same question', async () => {
    const store = await readyStore();
    expect(await ask(store, toReadOnly)).toEqual(await ask(store, toReadOnly));
  });
});

describe('approval', () => {
  it('is of this intent: after a change of anything it is an approval of something else', async () => {
    const check = find(await ask(await readyStore(), toReadOnly, { intent: hex('b') }), 'approval');
    expect(check).toMatchObject({
      verdict: 'failed',
      hint: 'teardown approve read-only --as NAME --reason TEXT',
    });
    expect(check?.detail).toBe('approved is intent aaaaaaaaaaaa; this run is bbbbbbbbbbbb');
  });

  it('is of this attempt and this step', async () => {
    const store = await readyStore();
    const again = await ask(store, forward('active', 'read-only', 2));
    expect(find(again, 'approval')).toMatchObject({
      verdict: 'failed',
      detail: 'no approval of read-only, attempt 2',
    });
  });

  it('counts no more once it is withdrawn', async () => {
    const store = await readyStore();
    const [approval] = (await store.ledger()).approvals('read-only', 1);
    await withdraw({ store, attestation: approval?.body.attestation ?? '', reason: 'too early' });
    expect(find(await ask(store, toReadOnly), 'approval')?.verdict).toBe('failed');
  });
});

describe('notices', () => {
  const judge = async (notices: GateQuestion['facts']['notices'], now = '2026-11-22T00:00:00Z') => {
    const question = { facts: { ...facts, notices }, now: new Date(now) };
    return find(await ask(await readyStore(), toReadOnly, question), 'notices');
  };
  const notice = { to: 'customers', sent: '2026-09-01', leadTime: '30 days' } as const;

  it('fails when none was sent', async () => {
    expect(await judge([])).toMatchObject({ verdict: 'failed', detail: 'no notice was sent' });
  });

  it('fails until the lead time of the last one is over, counted from the end of its day', async () => {
    expect((await judge([notice], '2026-10-01T23:59:59Z'))?.verdict).toBe('failed');
    expect((await judge([notice], '2026-10-02T00:00:00Z'))?.verdict).toBe('passed');
    const later = { to: 'partners', sent: '2026-11-20T12:00:00+01:00', leadTime: '1 day' } as const;
    expect(await judge([notice, later], '2026-11-21T10:59:59Z')).toMatchObject({
      verdict: 'failed',
      detail: 'partners: 1 day are over at 2026-11-21T11:00:00.000Z',
    });
    expect((await judge([notice, later], '2026-11-21T11:00:00Z'))?.verdict).toBe('passed');
  });

  it.each(['soon', '', '2026-02-30', '2026-13-01', '2026-09-01T10:00:00', '09/01/2026'])(
    'cannot judge "%s", and that never passes',
    async (sent) => {
      expect((await judge([notice, { ...notice, sent }]))?.verdict).toBe('errored');
    },
  );
});

describe('features and former settings', () => {
  it('fails while a feature is unknown and names it', async () => {
    const question = { facts: { ...facts, unknownFeatures: ['sms'] } };
    const check = find(await ask(await readyStore(), toReadOnly, question), 'features');
    expect(check).toMatchObject({ verdict: 'failed', detail: 'unknown: sms' });
  });

  it('fails when the former settings are not the captured ones, or nothing was captured', async () => {
    const edited = find(
      await ask(await readyStore(), toReadOnly, { formerDigest: hex('1') }),
      'former-settings',
    );
    expect(edited).toMatchObject({
      verdict: 'failed',
      detail: 'captured were ffffffffffff, the file is 111111111111',
    });
    const nothing = find(await ask(await newStore(), toReadOnly), 'former-settings');
    expect(nothing).toMatchObject({ verdict: 'failed', hint: 'teardown capture' });
  });
});

describe('the step before', () => {
  it('must have been reached, in this attempt', async () => {
    const store = await readyStore();
    const verdict = async (move: Move) => find(await ask(store, move), 'previous-step')?.verdict;
    expect(await verdict(toReadOnly)).toBe('passed');
    expect(await verdict(forward('active', 'read-only', 2))).toBe('failed');
    expect(await verdict(forward('read-only', 'revoked/accounts'))).toBe('failed');
    await enter(store, toReadOnly);
    expect(await verdict(forward('read-only', 'revoked/accounts'))).toBe('failed');
    await reach(store, 'read-only');
    expect(await verdict(forward('read-only', 'revoked/accounts'))).toBe('passed');
    expect(await verdict(toReadOnly)).toBe('failed');
  });

  it('is still known when a half-finished step is run again, also with a new intent', async () => {
    const store = await readyStore();
    await enter(store, toReadOnly);
    expect(find(await ask(store, stay('read-only')), 'previous-step')?.verdict).toBe('passed');
    await enter(store, stay('read-only'));
    expect(overall(await ask(store, stay('read-only')))).toBe('passed');
  });

  it('cannot be claimed by a step that the ledger never saw entered', async () => {
    const check = find(await ask(await readyStore(), stay('read-only')), 'previous-step');
    expect(check).toMatchObject({ verdict: 'failed', hint: 'pulumi up' });
  });
});

describe('other ways', () => {
  it('lets a new stack start by the captured settings, but not if the ledger knows its system at a later step', async () => {
    const start: Move = { from: undefined, to: 'active', direction: 'start', entered: 'start', attempt: 1 };
    const store = await newStore();
    expect(overall(await ask(store, start))).toBe('failed');
    await store.append({ kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') });
    expect(overall(await ask(store, start))).toBe('passed');
    const changed = await ask(store, start, { formerDigest: hex('9') });
    expect(overall(changed)).toBe('failed');
    expect(find(changed, 'former-settings')?.hint).toBe('teardown capture');
    await enter(store, start);
    expect(overall(await ask(store, start))).toBe('passed');
    await enter(store, toReadOnly);
    expect(overall(await ask(store, start))).toBe('failed');
  });

  it('asks on the way back for the approval of that attempt and the former settings only', async () => {
    const store = await readyStore();
    await enter(store, toReadOnly);
    const back: Move = { from: 'read-only', to: 'active', direction: 'back', entered: 'back', attempt: 2 };
    expect((await ask(store, back)).map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'former-settings passed',
      'approval failed',
    ]);
    await allow(store, 'active', 2);
    expect(overall(await ask(store, back))).toBe('passed');
  });

  it('asks for the conditions of the waves merged into a step too', async () => {
    const plan = allSteps.filter((step) => step !== 'destroyed/services');
    const move = forward('snapshotted', 'destroyed/interfaces');
    const checks = await ask(await readyStore(), move, { covered: coveredBy(plan, move.to) });
    expect(checks.map(({ name }) => name)).toContain('retention');
  });
});

describe('archiveEvidence', () => {
  it('passes in a store of the sandbox only, as long as archives are not built', () => {
    expect(archiveEvidence({ sandbox: true }).map(({ name }) => name)).toEqual(['archive', 'restore-test']);
    expect(overall(archiveEvidence({ sandbox: true }))).toBe('passed');
    expect(overall(archiveEvidence({ sandbox: false }))).toBe('failed');
  });
});

describe('intentOf', () => {
  const base = {
    system: 'slice-crm',
    reason: 'replaced',
    digests: { inventory: hex('1'), former: hex('2'), program: hex('3') },
  };
  const move = { to: 'read-only', attempt: 1 } as const;

  it('is another one as soon as any part is', () => {
    const { digests } = base;
    const intents = [
      intentOf(base, move),
      intentOf({ ...base, system: 'other' }, move),
      intentOf({ ...base, reason: 'other' }, move),
      intentOf({ ...base, digests: { ...digests, inventory: hex('9') } }, move),
      intentOf({ ...base, digests: { ...digests, former: hex('9') } }, move),
      intentOf({ ...base, digests: { ...digests, program: hex('9') } }, move),
      intentOf(base, { ...move, to: 'active' }),
      intentOf(base, { ...move, attempt: 2 }),
    ];
    expect(new Set(intents).size).toBe(intents.length);
    expect(intentOf({ ...base }, { ...move })).toBe(intents[0]);
  });
});
