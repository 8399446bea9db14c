import { z } from 'zod';
import {
  type Check,
  isDuration,
  overall,
  type Problem,
  render,
  TeardownError,
} from '../diagnostics/index.ts';
import {
  evaluateGate,
  type EvidenceStore,
  frozenProblem,
  type Head,
  intentOf,
  type LedgerView,
  openStore,
  refuseFrozen,
} from '../evidence/index.ts';
import { allSteps, coveredBy, type LiveTarget, type Move, type Step } from '../lifecycle/index.ts';
import { updated } from './inputs.ts';
import { type LiveSystems, outOfReach } from './live-systems.ts';
import { withLock } from './locked.ts';
import { problems } from './problems.ts';
import type { Call, CheckFailure, Properties, ResourceHandler, State } from './protocol.ts';
import { judgeMove, lastEntered, requireSeen } from './witness.ts';

const inputsSchema = z.strictObject({
  system: z.string().min(1),
  step: z.string(),
  reason: z.string().trim().min(1),
  plan: z.array(z.enum(allSteps as [Step, ...Step[]])).min(1),
  evidenceStore: z.string().startsWith('/'),
  digests: z.strictObject({ inventory: z.string(), former: z.string(), program: z.string() }),
  facts: z.strictObject({
    unknownFeatures: z.array(z.string()),
    notices: z.array(
      z.strictObject({ to: z.string(), sent: z.string(), leadTime: z.string().refine(isDuration) }),
    ),
  }),
  lookouts: z.array(z.custom<LiveTarget>()),
});

type GateInputs = z.infer<typeof inputsSchema>;

/**
 * Gate: an illegal move fails its Check, so a preview shows it before anything else registers; missing evidence or
 * approval, or a live system out of reach, fails its real Create or Update, before anything else is touched. Until
 * Verification recorded the step as reached it has a difference at every run, so that each re-run is judged again (rules
 * 2, 5, 6). While the system is frozen every step is refused, the present one too (R92).
 */
export function gate(live: LiveSystems, now: () => Date = () => new Date()): ResourceHandler {
  const pass = async (news: Properties, old: State | undefined, call: Call): Promise<Properties> => {
    const inputs = inputsSchema.parse(news);
    const { system, evidenceStore } = inputs;
    const unreachable = await outOfReach(live, inputs.lookouts);
    const [first, ...rest] = unreachable;
    if (first && !call.preview) throw new TeardownError([first, ...rest]);
    for (const problem of unreachable) await call.log('warning', `gate ${inputs.step}: ${render(problem)}`);
    const store = await openStore(evidenceStore, { system, mode: call.preview ? 'read' : 'write' });
    const answer = () => judge({ store, inputs, old, call, now: now() });
    const given = call.preview ? await answer() : await withLock(store, `gate of ${system}`, answer);
    return { ...news, ...given };
  };
  return {
    async check(news, olds) {
      const parsed = inputsSchema.safeParse(news);
      if (!parsed.success) return { inputs: news, failures: parsed.error.issues.map(issueFailure) };
      const view = await (await readable(parsed.data)).ledger();
      const move =
        frozenProblem(view.entries) ?? judgeMove(view, remembered(olds), parsed.data.plan, parsed.data.step);
      return { inputs: news, failures: 'code' in move ? [problemFailure(move)] : [] };
    },
    async diff(news, old) {
      const view = await (await readable(inputsSchema.parse(news))).ledger();
      requireSeen(view, old);
      const open = view.position()?.reached ? [] : ['confirmed'];
      return updated(inputsSchema, news, old, open);
    },
    async create(inputs, call) {
      return { id: String(inputs.system), outputs: await pass(inputs, undefined, call) };
    },
    async read(old) {
      if (Object.keys(old.outputs).length === 0) throw notToBeImported(old.id);
      const view = await (await readable(inputsSchema.parse(old.inputs))).ledger();
      if (view.position()?.reached !== false) return old;
      return { ...old, outputs: { ...old.outputs, refreshed: true } };
    },
    update: pass,
    delete(old) {
      return Promise.reject(
        new TeardownError(
          problems('gate-cannot-be-deleted', { detail: `gate of ${old.id}`, hint: 'teardown status' }),
        ),
      );
    },
  };
}

/** A preview and a Check look and write nothing. */
function readable({ evidenceStore, system }: GateInputs): Promise<EvidenceStore> {
  return openStore(evidenceStore, { system, mode: 'read' });
}

interface Judging {
  readonly store: EvidenceStore;
  readonly inputs: GateInputs;
  readonly old: State | undefined;
  readonly call: Call;
  readonly now: Date;
}

/** Judges the move by both witnesses and the evidence; in a real run enters it, or refuses. */
async function judge(judging: Judging): Promise<{ confirmed: Properties; ledgerHead: Head }> {
  const { store, inputs, old, call, now } = judging;
  const view = await store.ledger();
  requireSeen(view, old);
  refuseFrozen(view);
  const move = judgeMove(view, remembered(old?.inputs), inputs.plan, inputs.step);
  if ('code' in move) throw new TeardownError(move);
  requireRefreshed(view, move, old);
  const intent = intentOf(inputs, move);
  const covered = coveredBy(inputs.plan, move.to);
  const { facts, digests } = inputs;
  const checks = evaluateGate({ move, covered, view, intent, formerDigest: digests.former, facts, now });
  for (const check of checks) await tell(call, move, check);
  if (!call.preview) await enter(judging, view, move, intent, checks);
  const { to: step, entered, attempt } = move;
  const confirmed = { step, entered, attempt, engine: call.engine, at: now.toISOString() };
  return { confirmed, ledgerHead: call.preview ? view.head : (await store.ledger()).head };
}

/**
 * A step that was not reached may have changed what the state does not know of. Going on does it again; on the way back the engine
 * would see no difference, and leave it. `refreshed` is what a refresh writes, and the next passage of the gate takes away.
 */
function requireRefreshed(view: LedgerView, { direction, from }: Move, old: State | undefined): void {
  if (direction !== 'back' || view.position()?.reached !== false || old?.outputs.refreshed === true) return;
  const detail = `${from ?? 'nothing'} was entered and not reached: the state may not know what was changed`;
  throw new TeardownError(problems('gate-refresh-first', { detail, hint: 'teardown status' }));
}

function notToBeImported(id: string): TeardownError {
  const hint = 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';
  return new TeardownError(problems('gate-cannot-be-imported', { detail: `id "${id}"`, hint }));
}

function remembered(olds: Properties | undefined): { step: string } | undefined {
  return olds && { step: String(olds.step) };
}

async function tell(call: Call, move: Move, { verdict, name, detail, hint }: Check): Promise<void> {
  const what = `gate ${move.to}: ${verdict} ${name}: ${detail}`;
  if (verdict === 'passed') await call.log('info', what, true);
  else await call.log('warning', hint === '' ? what : `${what}. HINT: ${hint}`);
}

/**
 * A refusal for missing evidence is entered too; an illegal move has failed before. A step is entered once per attempt and intent,
 * on the ledger it was judged by.
 */
async function enter(
  { store, inputs }: Judging,
  view: LedgerView,
  move: Move,
  intent: string,
  checks: readonly Check[],
): Promise<void> {
  if (overall(checks) !== 'passed') {
    const found = checks.filter(({ verdict }) => verdict !== 'passed').map((check) => missing(move, check));
    const entered = found.map(({ code, detail }) => ({ code, detail }));
    await store.append({ kind: 'refusal', gate: move.to, problems: entered });
    throw new TeardownError(found as [Problem, ...Problem[]]);
  }
  if (move.direction === 'stay' && lastEntered(view)?.intent === intent) return;
  const { from = null, to: step, entered, attempt } = move;
  const entry = {
    kind: 'step-entered',
    step,
    from,
    entered,
    attempt,
    intent,
    reason: inputs.reason,
  } as const;
  await store.append(entry, view.head);
}

function missing(move: Move, { name, verdict, detail, hint }: Check): Problem {
  const says = `${move.to}, ${name} ${verdict}: ${detail}`;
  return problems('gate-evidence-missing', { detail: says, hint: hint === '' ? 'teardown status' : hint });
}

function issueFailure(issue: z.core.$ZodIssue): CheckFailure {
  return { property: String(issue.path[0] ?? 'step'), reason: `${issue.path.join('.')}: ${issue.message}` };
}

function problemFailure({ code, summary, detail, hint }: Problem): CheckFailure {
  return { property: 'step', reason: `${code}: ${summary}. ${detail}. HINT: ${hint}` };
}
