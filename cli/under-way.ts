import { isKind, type LedgerEntry, type LedgerView } from '../evidence/index.ts';
import { type Entry, stageOf, type Step } from '../lifecycle/index.ts';
import type { EngineState, PendingOperation } from './engine-state.ts';

/** A step that was entered and not reached yet: what was being done, what is done and what is not. */
export interface UnderWay {
  readonly step: Step;
  readonly attempt: number;
  readonly entered: Entry;
  readonly since: string;
  /** Number of the ledger entry. */
  readonly entry: number;
  readonly deletes: readonly BegunDelete[];
  /** Targets whose own lock was lifted, so that they can be deleted. */
  readonly released: readonly string[];
  /** Why the last run did not reach the step, if it came as far as looking. */
  readonly failed: string | null;
}

/** `done`: the stack holds it no more. `open`: it still does, and the next run deletes it. `unknown`: its state cannot be read from here. */
export interface BegunDelete {
  readonly urn: string;
  readonly since: string;
  readonly outcome: 'done' | 'open' | 'unknown';
}

/** By the ledger and, for what is done, the engine's state. Undefined: nothing is half done. */
export function underWayOf(view: LedgerView, state: EngineState | undefined): UnderWay | undefined {
  const entry = view.entries.findLast(isKind('step-entered'));
  if (entry === undefined || view.position()?.reached === true) return undefined;
  const { step, attempt, entered } = entry.body;
  const later = view.entries.slice(entry.sequence);
  return {
    step,
    attempt,
    entered,
    since: entry.time,
    entry: entry.sequence,
    deletes: deletesIn(later, state),
    released: [...new Set(later.filter(isKind('guard-released')).map(({ body }) => body.target))],
    failed: later.findLast(isKind('run-failed'))?.body.detail ?? null,
  };
}

/**
 * The deletes that were begun since the present step was entered, and all of `destroyed`, where nothing is built again. One can be
 * open although its step is reached: the live system was as it should be, and the provider failed at the delete of what was gone.
 */
export function begunDeletes(view: LedgerView, state: EngineState | undefined): readonly BegunDelete[] {
  const entered = view.entries.findLast(isKind('step-entered'))?.sequence ?? 0;
  const last = view.entries.filter(
    ({ sequence, body }) =>
      sequence > entered || (body.kind === 'delete-started' && stageOf(body.step) === 'destroyed'),
  );
  return deletesIn(last, state);
}

function deletesIn(entries: readonly LedgerEntry[], state: EngineState | undefined): readonly BegunDelete[] {
  const begun = new Map(entries.filter(isKind('delete-started')).map(({ body, time }) => [body.urn, time]));
  return [...begun].map(([urn, since]) => ({ urn, since, outcome: outcomeOf(urn, state) }));
}

function outcomeOf(urn: string, state: EngineState | undefined): BegunDelete['outcome'] {
  if (state === undefined || state.missing !== undefined) return 'unknown';
  return state.urns.includes(urn) ? 'open' : 'done';
}

/** What the engine was cut off in, and that a later run has not settled: a create of what the stack holds by now is settled. */
export function unsettled(state: EngineState | undefined): readonly PendingOperation[] {
  return (state?.pending ?? []).filter(
    ({ operation, urn }) => operation !== 'creating' || !state?.urns.includes(urn),
  );
}
