import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKind, type LedgerEntry, type NewEntry, viewOf } from '../../evidence/index.ts';
import { allSteps, type Position, type Step, transition } from '../../lifecycle/index.ts';
import { hex } from './temporary.ts';

const passed = [{ name: 'probe', verdict: 'passed' as const, detail: '', hint: '' }];

/** A view of a ledger that holds these entries; the chain is not of interest here. */
function view(...bodies: NewEntry[]) {
  const entry = (body: LedgerEntry['body'], index: number): LedgerEntry => ({
    version: 1,
    sequence: index + 1,
    previous: hex('0'),
    time: '2026-11-22T00:00:00.000Z',
    system: 'slice-crm',
    body,
  });
  const first = entry({ kind: 'store-created', sandbox: true, manifest: hex('0') }, 0);
  return viewOf('/ledger', [first, ...bodies.map((body, index) => entry(body, index + 1))]);
}

const entered = (step: Step, attempt = 1, way: Position['entered'] = 'forward'): NewEntry => ({
  kind: 'step-entered',
  step,
  from: null,
  entered: way,
  attempt,
  intent: hex('a'),
  reason: 'r',
});
const reached = (step: Step, attempt = 1): NewEntry => ({
  kind: 'step-reached',
  step,
  attempt,
  checks: passed,
});
const deleted = (step: Step, attempt = 1): NewEntry => ({
  kind: 'delete-started',
  step,
  attempt,
  urn: 'urn',
});

describe('position', () => {
  it('is undefined before the first step', () => {
    expect(view().position()).toBeUndefined();
    expect(
      view({ kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') }).position(),
    ).toBeUndefined();
  });

  it('is the step entered last, reached once that was recorded', () => {
    expect(view(entered('active', 1, 'start')).position()).toEqual({
      step: 'active',
      reached: false,
      attempt: 1,
      entered: 'start',
      deleteStarted: false,
    });
    expect(view(entered('active'), reached('active')).position()?.reached).toBe(true);
  });

  it('is not reached by a record of another step or another attempt', () => {
    expect(view(entered('read-only', 2), reached('read-only', 1)).position()?.reached).toBe(false);
    expect(view(entered('read-only', 2), reached('active', 2)).position()?.reached).toBe(false);
  });

  it('is not reached any more when the step is entered again', () => {
    expect(view(entered('read-only'), reached('read-only'), entered('read-only')).position()?.reached).toBe(
      false,
    );
  });

  it('has no way back after a delete in `destroyed`, for ever', () => {
    const position = view(
      entered('destroyed/services'),
      deleted('destroyed/services'),
      entered('destroyed/interfaces'),
    ).position();
    expect(position?.deleteStarted).toBe(true);
  });

  it('keeps the way back when only a narrowing resource was deleted on a move back', () => {
    expect(view(entered('active', 2, 'back'), deleted('active', 2)).position()?.deleteStarted).toBe(false);
  });
});

const anyStep = fc.constantFrom(...allSteps);
const anyAttempt = fc.integer({ min: 1, max: 3 });
const anyWay = fc.constantFrom('start' as const, 'forward' as const, 'back' as const);
const anyEntry: fc.Arbitrary<NewEntry> = fc.oneof(
  fc.tuple(anyStep, anyAttempt, anyWay).map((parts) => entered(...parts)),
  fc.tuple(anyStep, anyAttempt).map((parts) => reached(...parts)),
  fc.tuple(anyStep, anyAttempt).map((parts) => deleted(...parts)),
  fc.constant<NewEntry>({ kind: 'guard-released', target: 't' }),
  anyStep.map<NewEntry>((gate) => ({ kind: 'refusal', gate, problems: [{ code: 'c', detail: 'd' }] })),
);

describe('position, of any ledger', () => {
  it('is the last entry into a step, whatever else happened', () => {
    fc.assert(
      fc.property(fc.array(anyEntry), (bodies) => {
        const ledger = view(...bodies);
        const last = ledger.entries.findLast(isKind('step-entered'))?.body;
        const found = ledger.position();
        expect([found?.step, found?.attempt, found?.entered]).toEqual([
          last?.step,
          last?.attempt,
          last?.entered,
        ]);
      }),
    );
  });

  it('never loses a started delete, and never reopens the way back', () => {
    fc.assert(
      fc.property(fc.array(anyEntry), fc.array(anyEntry), (before, after) => {
        const early = view(...before).position();
        const late = view(...before, ...after).position();
        if (early?.deleteStarted) expect(late?.deleteStarted).toBe(true);
      }),
    );
  });

  it('is changed by nothing that is neither an entry into a step, nor reached, nor a delete', () => {
    const moving = ['step-entered', 'step-reached', 'delete-started'];
    fc.assert(
      fc.property(fc.array(anyEntry), (bodies) => {
        const few = bodies.filter(({ kind }) => moving.includes(kind));
        expect(view(...bodies).position()).toEqual(view(...few).position());
      }),
    );
  });

  it('follows the transition function along any legal walk', () => {
    const walk = fc.array(fc.tuple(anyStep, fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(walk, (wishes) => {
        const bodies: NewEntry[] = [];
        let expected: Position | undefined;
        for (const [wanted, completes] of wishes) {
          const move = transition(allSteps, expected, wanted);
          if ('refused' in move) continue;
          bodies.push(entered(move.to, move.attempt, move.entered));
          if (completes) bodies.push(reached(move.to, move.attempt));
          const { to: step, attempt, entered: way } = move;
          expected = { step, attempt, entered: way, reached: completes, deleteStarted: false };
          expect(view(...bodies).position()).toEqual(expected);
        }
      }),
    );
  });
});

describe('a view', () => {
  it('knows the settings captured last', () => {
    const ledger = view(
      { kind: 'captured', formerDigest: hex('1'), inventoryDigest: hex('e') },
      { kind: 'captured', formerDigest: hex('2'), inventoryDigest: hex('e') },
    );
    expect(ledger.formerDigest()).toBe(hex('2'));
    expect([ledger.system, ledger.sandbox]).toEqual(['slice-crm', true]);
  });
});
