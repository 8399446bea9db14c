import { z } from 'zod';
import { canonical, type Check, TeardownError } from '../diagnostics/index.ts';
import { type EvidenceStore, isKind, type LedgerView, openStore, refuseFrozen } from '../evidence/index.ts';
import { allSteps, type Expectation, type Observed, type Step } from '../lifecycle/index.ts';
import { checkOf, updated } from './inputs.ts';
import { type LiveSystems, nameOf } from './live-systems.ts';
import { withLock } from './locked.ts';
import { problems } from './problems.ts';
import { headSeen, requireSeen } from './witness.ts';
import type { Call, Properties, ResourceHandler, State } from './protocol.ts';

const inputsSchema = z.strictObject({
  system: z.string().min(1),
  evidenceStore: z.string().startsWith('/'),
  step: z.enum(allSteps as [Step, ...Step[]]),
  attempt: z.number().int().positive(),
  expectations: z.array(z.custom<Expectation>()).min(1),
});

type VerificationInputs = z.infer<typeof inputsSchema>;

/**
 * Verification: the last resource of the program. Looks at the live systems with its own clients, never at the engine's word, and
 * records the step as reached. What a step removes is still there in that very run, because deletes come last: then
 * nothing is recorded, `reached` is false, and the next update looks again. Anything else that is not as expected fails.
 * A frozen system is not recorded as reached; a refresh only looks and goes on (R92).
 * It remembers the ledger's head, as the gate does: what the ledger loses after the gate has moved is found by it (rule 5).
 */
export function verification(live: LiveSystems): ResourceHandler {
  const verify = async (news: Properties, old: State | undefined, call: Call): Promise<Properties> => {
    const inputs = inputsSchema.parse(news);
    const { system, evidenceStore } = inputs;
    const store = await openStore(evidenceStore, { system, mode: call.preview ? 'read' : 'write' });
    const view = await store.ledger();
    refuseFrozen(view);
    if (call.preview) {
      if (view.position()?.reached === false) await warnUnderWay(view, call);
      return { ...news };
    }
    requireSeen(view, old);
    const reached = await withLock(store, `verification of ${system}`, () =>
      record(store, live, inputs, call, deletedNothing(view, old, inputs)),
    );
    const ledgerHead = (await store.ledger()).head;
    return { ...news, reached, ledgerHead };
  };
  return {
    check: checkOf(inputsSchema),
    async diff(news, old) {
      const { evidenceStore, system } = inputsSchema.parse(news);
      const view = await (await openStore(evidenceStore, { system, mode: 'read' })).ledger();
      requireSeen(view, old);
      // A refresh that found drift has said false: then the next update looks again.
      const open = view.position()?.reached && old.outputs.reached === true ? [] : ['reached'];
      return updated(inputsSchema, news, old, open);
    },
    async create(inputs, call) {
      return { id: String(inputs.system), outputs: await verify(inputs, undefined, call) };
    },
    /**
     * A refresh looks again: `reached` turns false when the live systems have drifted from what was recorded. While another step is
     * under way, what was recorded says nothing of the systems as they are.
     */
    async read(old, call) {
      const parsed = inputsSchema.safeParse(old.inputs);
      if (!parsed.success) throw new Error('a verification cannot be imported');
      const { system, evidenceStore, expectations } = parsed.data;
      const view = await (await openStore(evidenceStore, { system, mode: 'read' })).ledger();
      const recorded = view.position()?.reached === true;
      if (!recorded) await warnUnderWay(view, call);
      const checks = await Promise.all(expectations.map((expectation) => look(live, expectation)));
      const reached = recorded && checks.every(({ verdict }) => verdict === 'passed');
      return { ...old, outputs: { ...old.outputs, reached } };
    },
    update: verify,
    delete(old) {
      return Promise.reject(
        new TeardownError(
          problems('gate-cannot-be-deleted', {
            detail: `verification of ${old.id}`,
            hint: 'teardown status',
          }),
        ),
      );
    },
  };
}

/** Whoever only looks, such as a job that looks for drift, is told that what it sees is half done. */
async function warnUnderWay(view: LedgerView, call: Call): Promise<void> {
  const { step = 'no step', attempt = 1 } = view.position() ?? {};
  const what = `${step} (attempt ${attempt}) was entered and is not reached: a run is at work, or one was ended`;
  await call.log('warning', `${what}. HINT: teardown status`);
}

/** The update before looked at the same step, and no delete was begun after it had. */
function deletedNothing(view: LedgerView, old: State | undefined, { step }: VerificationInputs): boolean {
  const head = headSeen(old);
  if (head === undefined || old?.inputs.step !== step || old.outputs.reached !== false) return false;
  return !view.entries.slice(head.sequence).some(isKind('delete-started'));
}

/**
 * Looks at everything, then records the step as reached; false if something is still there that goes last. `idle`: the update
 * before could have deleted it and did not begin to.
 */
async function record(
  store: EvidenceStore,
  live: LiveSystems,
  { step, attempt, expectations }: VerificationInputs,
  call: Call,
  idle: boolean,
): Promise<boolean> {
  const checks = await Promise.all(expectations.map((expectation) => look(live, expectation)));
  const failed = checks.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored');
  if (failed.length > 0) {
    const summary = `verification: ${failed.length} of ${checks.length} checks failed`;
    await store.append({ kind: 'run-failed', step, detail: summary });
    const detail = failed.map(({ name, detail }) => `${step}: ${name}: ${detail}`).join('; ');
    throw new TeardownError(problems('verification-failed', { detail, hint: 'teardown status' }));
  }
  const pending = checks.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name);
  if (pending.length > 0) {
    const what = `${step} is not reached yet: these are deleted last: ${pending.join(', ')}`;
    await call.log('warning', `${what}. HINT: pulumi up`);
    if (idle) await call.log('warning', `${step}: ${cameBack}`);
    return false;
  }
  await store.append({ kind: 'step-reached', step, attempt, checks: [...checks] });
  return true;
}

const cameBack =
  'the update before began no delete of these. If this one begins none either, the stack holds them no more: they were made ' +
  'anew, or a server lost their delete in a restore. HINT: remove by hand what you know to be retired, then pulumi up';

/** One expectation against the live system. `unknown` = to be absent and still there. Values are never printed. */
async function look(live: LiveSystems, { target, expect }: Expectation): Promise<Check> {
  const name = nameOf(target);
  const check = (verdict: Check['verdict'], detail: string): Check => ({ name, verdict, detail, hint: '' });
  let observed: Observed | undefined;
  try {
    observed = await live.observe(target);
  } catch (error) {
    return check('errored', error instanceof Error ? error.message : String(error));
  }
  if (expect === 'absent') return observed ? check('unknown', 'still there') : check('passed', 'absent');
  if (!observed) return check('failed', 'is not there');
  const wrong = Object.entries(expect).filter(
    ([key, value]) => canonical(observed[key] ?? null) !== canonical(value),
  );
  return wrong.length === 0
    ? check('passed', 'as expected')
    : check('failed', `not as expected: ${wrong.map(([key]) => key).join(', ')}`);
}
