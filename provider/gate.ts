import {
  type Check,
  digest,
  isDuration,
  overall,
  type Problem,
  TeardownError,
} from '../diagnostics/index.ts';
import {
  acquireLock,
  evaluateGate,
  type EvidenceStore,
  intentOf,
  type LedgerView,
  openStore,
} from '../evidence/index.ts';
import { allSteps, coveredBy, type Move, type Step } from '../lifecycle/index.ts';
import { z } from 'zod';
import { problems } from './problems.ts';
import { type CheckFailure, type Properties, type ResourceHandler, type State } from './protocol.ts';
import { judgeMove } from './witness.ts';

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
});

type GateInputs = z.infer<typeof inputsSchema>;

/**
 * Gate: an illegal move fails its Check, so a preview shows it before anything else registers; missing evidence or approval fails
 * its real Create or Update, before anything else is touched. Until Verification recorded the step as reached it has a
 * difference at every run, so that each re-run is judged again (rules 2, 5, 6).
 */
export function gate(now: () => Date = () => new Date()): ResourceHandler {
  const pass = async (
    news: Properties,
    old: State | undefined,
    call: Parameters<ResourceHandler['create']>[1],
  ) => {
    const inputs = inputsSchema.parse(news);
    if (!call.preview)
      await acquireLock(inputs.evidenceStore, `update of ${inputs.system} to ${inputs.step}`);
    const store = await openStore(inputs.evidenceStore, call.preview ? 'readable' : 'writable');
    const view = await store.ledger();
    checkHead(view, old);
    const move = judged(view, old?.inputs, inputs);
    const intent = intentOf(inputs, move);
    const checks = evaluateGate({
      move,
      covered: coveredBy(inputs.plan, move.to),
      store,
      view,
      intent,
      formerDigest: inputs.digests.former,
      facts: inputs.facts,
      now: now(),
    });
    await tell(call, move, checks);
    if (!call.preview) await enter(store, view, inputs, move, intent, checks);
    const { sequence, hash } = call.preview ? view.head : (await store.ledger()).head;
    const confirmed = {
      step: move.to,
      entered: move.entered,
      attempt: move.attempt,
      engine: call.engine,
      at: now().toISOString(),
    };
    return { ...news, confirmed, ledgerHead: { sequence, hash } };
  };
  return {
    async check(news, olds) {
      const parsed = inputsSchema.safeParse(news);
      if (!parsed.success) return { inputs: news, failures: parsed.error.issues.map(issueFailure) };
      const view = await (await openStore(parsed.data.evidenceStore, 'readable')).ledger();
      const move = judgeMove(view, remembered(olds), parsed.data.plan, parsed.data.step);
      return { inputs: news, failures: 'code' in move ? [problemFailure(move)] : [] };
    },
    async diff(news, old) {
      const changed = Object.keys(inputsSchema.shape).filter(
        (name) => digest(news[name] ?? null) !== digest(old.inputs[name] ?? null),
      );
      const { evidenceStore } = inputsSchema.parse(news);
      const position = (await (await openStore(evidenceStore, 'readable')).ledger()).position();
      const open = position?.reached ? [] : ['confirmed'];
      return { changes: Object.fromEntries([...changed, ...open].map((path) => [path, 'update'])) };
    },
    async create(inputs, call) {
      return { id: String(inputs.system), outputs: await pass(inputs, undefined, call) };
    },
    read(old) {
      if (Object.keys(old.outputs).length > 0) return Promise.resolve(old);
      return Promise.reject(
        new TeardownError(
          problems('gate-cannot-be-imported', {
            detail: `id "${old.id}"`,
            hint: 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE',
          }),
        ),
      );
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

function judged(view: LedgerView, oldInputs: Properties | undefined, inputs: GateInputs): Move {
  const move = judgeMove(view, remembered(oldInputs), inputs.plan, inputs.step);
  if ('code' in move) throw new TeardownError(move);
  return move;
}

/** The ledger may have grown since the state was written; it may not have lost or changed an entry. */
function checkHead(view: LedgerView, old: State | undefined): void {
  const head = z.object({ sequence: z.number(), hash: z.string() }).safeParse(old?.outputs.ledgerHead);
  if (head.success) view.verifyHead(head.data);
}

function remembered(olds: Properties | undefined): { step: string } | undefined {
  return olds && { step: String(olds.step) };
}

async function tell(
  call: Parameters<ResourceHandler['create']>[1],
  move: Move,
  checks: readonly Check[],
): Promise<void> {
  for (const check of checks) {
    const hint = check.verdict === 'passed' || check.hint === '' ? '' : ` — HINT: ${check.hint}`;
    const line = `gate ${move.to}: ${check.verdict} ${check.name}: ${check.detail}${hint}`;
    await call.log(check.verdict === 'passed' ? 'info' : 'warning', line);
  }
}

/** The real entry: refused moves go into the ledger too; a step is entered once per attempt and intent. */
async function enter(
  store: EvidenceStore,
  view: LedgerView,
  inputs: GateInputs,
  move: Move,
  intent: string,
  checks: readonly Check[],
): Promise<void> {
  const missing = checks.filter(({ verdict }) => verdict !== 'passed');
  if (missing.length > 0 && overall(checks) !== 'passed') {
    const found = missing.map((check) =>
      problems('gate-evidence-missing', {
        detail: `${move.to}, ${check.name} ${check.verdict}: ${check.detail}`,
        hint: check.hint === '' ? 'teardown status' : check.hint,
      }),
    ) as [Problem, ...Problem[]];
    await store.append({
      kind: 'refusal',
      gate: move.to,
      problems: found.map(({ code, detail }) => ({ code, detail })),
    });
    throw new TeardownError(found);
  }
  if (move.direction === 'stay' && view.intent() === intent) return;
  const { from = null, to: step, entered, attempt } = move;
  await store.append({ kind: 'step-entered', step, from, entered, attempt, intent, reason: inputs.reason });
}

function issueFailure(issue: z.core.$ZodIssue): CheckFailure {
  return { property: String(issue.path[0] ?? 'step'), reason: `${issue.path.join('.')}: ${issue.message}` };
}

function problemFailure({ code, summary, detail, hint }: Problem): CheckFailure {
  return { property: 'step', reason: `${code}: ${summary}. ${detail}. HINT: ${hint}` };
}
