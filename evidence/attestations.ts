import { TeardownError } from '../diagnostics/index.ts';
import type { Step } from '../lifecycle/index.ts';
import type { LedgerEntry } from './entries.ts';
import { filled } from './filled.ts';
import { refuseFrozen } from './frozen.ts';
import { type LedgerView, standingApprovals } from './position.ts';
import { problems } from './problems.ts';
import { approvalType, statementType, unsignedNote } from './statements.ts';
import type { EvidenceStore } from './store.ts';

export interface ApprovalRequest {
  readonly store: EvidenceStore;
  readonly step: Step;
  readonly attempt: number;
  /** Digest of everything that is approved (evidence/intent.ts). */
  readonly intent: string;
  /** The name of a person; stored as a keyed hash, and encrypted. */
  readonly approver: string;
  readonly reason: string;
}

/**
 * Approves a step for exactly one intent and attempt: stores the statement, then enters it. Unsigned for now, and the
 * statement says so. Throws `evidence-approval-incomplete` for a blank name or reason, `system-frozen` while a freeze stands.
 */
export async function approve(request: ApprovalRequest): Promise<LedgerEntry> {
  const { store, step, attempt, intent } = request;
  const reason = required(
    'reason',
    request.reason,
    `teardown approve STEP ... --reason 'why this step, now'`,
  );
  const name = required('name', request.approver, 'teardown approve STEP ... --as NAME');
  refuseFrozen(await store.ledger());
  const approver = await store.rememberName(name);
  const time = store.files.now().toISOString();
  const attestation = await store.attest({
    _type: statementType,
    subject: [{ name: 'intent', digest: { sha256: intent } }],
    predicateType: approvalType,
    predicate: {
      system: store.system,
      step,
      attempt,
      approver,
      reason,
      time,
      signed: false,
      signature: unsignedNote,
    },
  });
  const entry = { kind: 'approval', attestation, step, attempt, intent, approver, reason } as const;
  return store.append({ ...entry, signed: false });
}

/**
 * Takes an approval back, from now on. Throws `evidence-approval-incomplete` for a blank reason, `evidence-approval-unknown` if none
 * stands with that digest.
 */
export async function withdraw(request: {
  readonly store: EvidenceStore;
  /** Digest of the approval's statement. */
  readonly attestation: string;
  readonly reason: string;
}): Promise<LedgerEntry> {
  const { store, attestation } = request;
  const reason = required('reason', request.reason, 'say why the approval is withdrawn');
  const { entries } = await store.ledger();
  if (!standingApprovals(entries).some(({ body }) => body.attestation === attestation)) {
    const detail = `no approval ${attestation} stands in ${store.directory}`;
    throw new TeardownError(problems('evidence-approval-unknown', { detail, hint: 'teardown status' }));
  }
  return store.append({ kind: 'approval-withdrawn', attestation, reason });
}

/** Is there an approval that was not withdrawn, for exactly this step, attempt and intent? */
export function isApproved(
  view: LedgerView,
  { step, attempt, intent }: Pick<ApprovalRequest, 'step' | 'attempt' | 'intent'>,
): boolean {
  return view.approvals(step, attempt).some(({ body }) => body.intent === intent);
}

function required(what: string, value: string, hint: string): string {
  return filled(value, () =>
    problems('evidence-approval-incomplete', { detail: `the ${what} is blank`, hint }),
  );
}
