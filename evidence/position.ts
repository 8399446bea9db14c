import { type Position, stageOf, type Step } from '../lifecycle/index.ts';
import { isKind, type LedgerEntry } from './entries.ts';
import { standingFreeze } from './frozen.ts';
import { type Head, headOf } from './ledger.ts';

/** A verified ledger, read at one moment. Everything it answers is computed from its entries alone. */
export interface LedgerView {
  /** Where the ledger is: for messages that name a file. */
  readonly directory: string;
  readonly system: string;
  /** True if `sandbox up` created the store. */
  readonly sandbox: boolean;
  readonly entries: readonly LedgerEntry[];
  readonly head: Head;
  position(): Position | undefined;
  /** Approvals of that step in that attempt that were not withdrawn, oldest first. */
  approvals(step: Step, attempt: number): readonly LedgerEntry<'approval'>[];
  /** Digest of the former settings as last captured. */
  formerDigest(): string | undefined;
  /** The freeze that stands (R92); undefined while nothing is frozen. */
  freeze(): LedgerEntry<'frozen'> | undefined;
}

/** `entries` are a verified chain, so there is at least the first one. */
export function viewOf(directory: string, entries: readonly [LedgerEntry, ...LedgerEntry[]]): LedgerView {
  const [first] = entries;
  return {
    directory,
    system: first.system,
    sandbox: first.body.kind === 'store-created' && first.body.sandbox,
    entries,
    head: headOf(entries.at(-1) ?? first),
    position: () => positionOf(entries),
    approvals: (step, attempt) => approvalsOf(entries, step, attempt),
    formerDigest: () => entries.findLast(isKind('captured'))?.body.formerDigest,
    freeze: () => standingFreeze(entries),
  };
}

/**
 * Where the system stands as the ledger knows it: the step entered last, reached if that was recorded since.
 * Deletes of a narrowing resource on the way back are entered too and belong to a step before `destroyed`;
 * only a delete in `destroyed` closes the way back, and it closes it for ever.
 */
function positionOf(entries: readonly LedgerEntry[]): Position | undefined {
  const index = entries.findLastIndex(isKind('step-entered'));
  const entry = entries[index];
  if (entry === undefined || !isKind('step-entered')(entry)) return undefined;
  const { step, attempt, entered } = entry.body;
  return {
    step,
    attempt,
    entered,
    reached: entries.slice(index).some((later) => isReached(later, step, attempt)),
    deleteStarted: entries
      .filter(isKind('delete-started'))
      .some(({ body }) => stageOf(body.step) === 'destroyed'),
  };
}

/** Was `step` recorded as reached in this attempt by any of these entries? */
export function isReached(entry: LedgerEntry, step: Step, attempt: number): boolean {
  return isKind('step-reached')(entry) && entry.body.step === step && entry.body.attempt === attempt;
}

/** A withdrawal voids the approvals before it; the same person may approve again later. */
function approvalsOf(
  entries: readonly LedgerEntry[],
  step: Step,
  attempt: number,
): readonly LedgerEntry<'approval'>[] {
  return standingApprovals(entries).filter(({ body }) => body.step === step && body.attempt === attempt);
}

/** All approvals that were not withdrawn, of any step. */
export function standingApprovals(entries: readonly LedgerEntry[]): readonly LedgerEntry<'approval'>[] {
  const withdrawals = entries.filter(isKind('approval-withdrawn'));
  return entries
    .filter(isKind('approval'))
    .filter((approval) =>
      withdrawals.every(
        (withdrawal) =>
          withdrawal.body.attestation !== approval.body.attestation ||
          withdrawal.sequence < approval.sequence,
      ),
    );
}
