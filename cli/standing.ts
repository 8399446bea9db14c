import { type Check, overall, type Problem, type Verdict } from '../diagnostics/index.ts';
import { evaluateGate, inspectLock, intentOf, type LedgerView, type LockState } from '../evidence/index.ts';
import type { Settings } from '../inventory/index.ts';
import {
  coveredBy,
  type Direction,
  type Move,
  type Position,
  type Step,
  steps,
  transition,
} from '../lifecycle/index.ts';
import { type EngineLock, engineLocks, fileBackend } from './engine-locks.ts';
import type { PendingOperation } from './engine-state.ts';
import type { Host } from './host.ts';
import { nextMove, refusedMove } from './moves.ts';
import { nextCommand, type StandingLock } from './next-command.ts';
import { type Look, recoveryOf } from './recovery.ts';
import { type Situation, stateOf, survey } from './situation.ts';
import type { CommonOptions } from './stack.ts';
import { begunDeletes, type UnderWay, underWayOf, unsettled } from './under-way.ts';
import { witnessProblems } from './witnesses.ts';

/** Where a system stands and what it needs next: what `teardown status` shows. */
export interface Standing {
  readonly system: string;
  readonly stack: string | null;
  readonly evidenceStore: string;
  /** True if the sandbox created the store: conditions without a proof yet pass in it. */
  readonly sandbox: boolean;
  readonly captured: boolean;
  /** The stack setting `stage`. */
  readonly configured: string;
  readonly position: Position | null;
  readonly plan: readonly PlannedStep[];
  /** A step that was entered and not reached: what was being done, what is done, what is not. */
  readonly underWay: UnderWay | null;
  /** A database whose drop was cut off (by a killed server): nobody can connect to it, and it can only be dropped. */
  readonly halfDropped: string | null;
  /** What the engine was killed in; a run of the same step does it again. */
  readonly cutOff: readonly PendingOperation[];
  readonly next: NextStep | null;
  /** The freeze that stands (R92); null while nothing is frozen. */
  readonly frozen: StandingFreeze | null;
  /** What stands against the files as they are, such as a configured step that cannot be taken. */
  readonly problems: readonly Problem[];
  readonly locks: readonly StandingLock[];
  /** What to run now; null when the last step is reached. */
  readonly command: string | null;
}

export interface PlannedStep {
  readonly step: Step;
  readonly says: string;
  readonly state: 'done' | 'present' | 'ahead';
}

export interface NextStep {
  readonly step: Step;
  readonly direction: Direction;
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}

export interface StandingFreeze {
  readonly since: string;
  /** Number of the ledger entry. */
  readonly entry: number;
  readonly reason: string;
}

/** Reads everything and writes nothing. Throws TeardownError for what cannot be read. */
export async function readStanding(options: CommonOptions, host: Host): Promise<Standing> {
  const situation = await survey(options, host, 'read');
  const { loaded, settings, store, view, stack } = situation;
  const position = view.position();
  const configured = stack.settings.stage ?? '';
  const move = nextMove(loaded.plan, position, configured);
  const next = move && 'direction' in move ? judge(move, situation, host.now()) : undefined;
  const locks = await locksOf(situation, host);
  const frozen = freezeOf(view);
  const state = await stateOf(stack, host);
  const against = await witnessProblems(view, state, loaded.plan, configured);
  const underWay = underWayOf(view, state);
  const cutOff = unsettled(state);
  const begun = { deletes: begunDeletes(view, state), underWay, cutOff, move };
  const recovery = await recoveryOf(begun, loaded.inventory.database, lookOf(host));
  return {
    system: loaded.inventory.system,
    stack: stack.name ?? null,
    evidenceStore: store.directory,
    sandbox: store.sandbox,
    captured: settings !== undefined,
    configured,
    position: position ?? null,
    plan: plannedSteps(loaded.plan, position),
    next: next ?? null,
    underWay: underWay ?? null,
    halfDropped: recovery.halfDropped,
    cutOff,
    frozen,
    problems: [...against, ...configuredProblem(loaded.plan, position, configured)],
    locks,
    command: nextCommand({
      captured: settings !== undefined,
      configured,
      checks: next?.checks ?? [],
      locks,
      move,
      frozen: frozen !== null,
      against,
      recovery,
    }),
  };
}

/** The connectors are loaded where something has to be looked at. */
function lookOf({ live }: Host): Look {
  return async (target) => (live ?? (await import('../connectors/index.ts'))).observe(target);
}

function freezeOf(view: LedgerView): StandingFreeze | null {
  const freeze = view.freeze();
  return freeze ? { since: freeze.time, entry: freeze.sequence, reason: freeze.body.reason } : null;
}

/** The stack setting `stage` names a step that an update from here would be refused. */
function configuredProblem(
  plan: readonly Step[],
  position: Position | undefined,
  configured: string,
): readonly Problem[] {
  const move = transition(plan, position, configured);
  return 'refused' in move ? [refusedMove(move)] : [];
}

function plannedSteps(plan: readonly Step[], position: Position | undefined): readonly PlannedStep[] {
  const present = position === undefined ? -1 : plan.indexOf(position.step);
  return plan.map((step, i) => ({
    step,
    says: steps[step],
    state: i < present ? 'done' : i === present ? 'present' : 'ahead',
  }));
}

/** The conditions of the next gate as they stand; without former settings nothing is judged, so all is unknown. */
function judge(move: Move, { settings, loaded, view }: Situation, now: Date): NextStep {
  const { to: step, direction, attempt } = move;
  const checks =
    settings === undefined
      ? [notCaptured]
      : evaluateGate({
          move,
          covered: coveredBy(loaded.plan, step),
          view,
          intent: intentFor(settings, move),
          formerDigest: settings.former.digest,
          facts: loaded.facts,
          now,
        });
  return { step, direction, attempt, verdict: overall(checks), checks };
}

const notCaptured: Check = {
  name: 'former-settings',
  verdict: 'unknown',
  detail: 'nothing was captured yet',
  hint: 'teardown capture',
};

/** What an approval of this move signs, from the files as they are. */
export function intentFor({ inventory, gate }: Settings, move: Pick<Move, 'to' | 'attempt'>): string {
  return intentOf({ system: inventory.system, reason: gate.reason, digests: gate.digests }, move);
}

async function locksOf({ store, stack }: Situation, host: Host): Promise<readonly StandingLock[]> {
  const backend = await fileBackend(host.environment);
  const engine = backend && stack.name ? await engineLocks(backend, stack.name) : [];
  return [...evidenceLock(await inspectLock(store)), ...engine.map(stackLock)];
}

function evidenceLock(lock: LockState): readonly StandingLock[] {
  if (lock.state === 'free') return [];
  const { pid, host, time: since } = lock.holder;
  return [{ of: 'evidence store', pid, host, since, liveness: lock.liveness }];
}

function stackLock({ pid, host, time: since, liveness }: EngineLock): StandingLock {
  return { of: 'stack', pid, host, since, liveness };
}
