/**
 * evidence: what was proven, kept where the teardown cannot delete it. The write-once store (a directory), the
 * hash-chained ledger and where the system stands by it, attestations such as approvals, the freeze that stops everything,
 * the judgement of a gate's conditions, and the advisory lock that keeps two runs apart.
 */
export { createStore } from './creation.ts';
export { openStore, type EvidenceStore } from './store.ts';
export { type StoreMode, type StoreOptions } from './store-files.ts';
export { headOf, verifyHead, type Head } from './ledger.ts';
export {
  isKind,
  type BodyOf,
  type EntryKind,
  type LedgerEntry,
  type LockHolder,
  type NewEntry,
} from './entries.ts';
export { viewOf, type LedgerView } from './position.ts';
export { approve, isApproved, withdraw, type ApprovalRequest } from './attestations.ts';
export { freeze, unfreeze, type FreezeRequest } from './freeze.ts';
export { frozenProblem, refuseFrozen } from './frozen.ts';
export { type Statement } from './statements.ts';
export { intentOf, type IntentBase } from './intent.ts';
export { archiveEvidence, evaluateGate, type GateQuestion, type Notice } from './gate-evidence.ts';
export { acquireLock, inspectLock, unlock, type Lock, type LockOptions, type LockState } from './lock.ts';
export { type Liveness, type Processes } from './processes.ts';
export { isGone, processStat } from './process-stat.ts';
