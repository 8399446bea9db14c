import { type Problem, TeardownError } from '../diagnostics/index.ts';
import { type EntryKind, isKind, type LedgerEntry } from './entries.ts';
import { problems } from './problems.ts';

/**
 * What a frozen system may not do: capture, approve, enter a step, delete, be recorded as reached. Facts that have happened
 * may be entered.
 */
const stopped: readonly EntryKind[] = [
  'captured',
  'approval',
  'step-entered',
  'delete-started',
  'step-reached',
];

/** The freeze that stands (R92); undefined while nothing is frozen. */
export function standingFreeze(entries: readonly LedgerEntry[]): LedgerEntry<'frozen'> | undefined {
  const last = entries.findLast(({ body }) => body.kind === 'frozen' || body.kind === 'unfrozen');
  return last !== undefined && isKind('frozen')(last) ? last : undefined;
}

/** Why nothing may go on, in words that may be logged: the reason is somebody's own text and stays in the ledger. */
export function frozenProblem(entries: readonly LedgerEntry[]): Problem | undefined {
  const freeze = standingFreeze(entries);
  if (freeze === undefined) return undefined;
  const { system, time, sequence } = freeze;
  const detail = `${system} since ${time}, ledger entry ${sequence}; \`teardown status\` shows the reason`;
  return problems('system-frozen', { detail, hint: 'teardown unfreeze --as NAME --reason TEXT' });
}

/** Throws `system-frozen` while a freeze stands. */
export function refuseFrozen({ entries }: { readonly entries: readonly LedgerEntry[] }): void {
  const problem = frozenProblem(entries);
  if (problem) throw new TeardownError(problem);
}

/** Throws `system-frozen` if entries of this kind are stopped by a freeze that stands at this very end of the ledger. */
export function refuseStopped(kind: EntryKind, entries: readonly LedgerEntry[]): void {
  if (stopped.includes(kind)) refuseFrozen({ entries });
}
