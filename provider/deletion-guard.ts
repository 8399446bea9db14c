import { z } from 'zod';
import { type Check, type Problem, TeardownError } from '../diagnostics/index.ts';
import { archiveEvidence, type EvidenceStore, openStore, refuseFrozen } from '../evidence/index.ts';
import type { LiveTarget, Observed, Step } from '../lifecycle/index.ts';
import { checkOf, updated } from './inputs.ts';
import { type LiveSystems, nameOf } from './live-systems.ts';
import { withLock } from './locked.ts';
import { problems } from './problems.ts';
import type { ResourceHandler } from './protocol.ts';

const liveTarget = z.custom<LiveTarget>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
);

const inputsSchema = z.strictObject({
  system: z.string().min(1),
  evidenceStore: z.string().startsWith('/'),
  target: liveTarget,
  all: z.array(liveTarget).min(1),
});

/**
 * DeletionGuard: creating and updating it changes nothing in the world. Its delete runs all checks of its target, refuses with
 * all that is wrong, and only then releases the cloud's lock; the engine deletes it before its target (rule 11). Guards are
 * deleted side by side, so each also looks at the targets of the others: no lock falls while one of them must stay.
 */
export function deletionGuard(live: LiveSystems): ResourceHandler {
  return {
    check: checkOf(inputsSchema),
    diff(news, old) {
      return Promise.resolve(updated(inputsSchema, news, old));
    },
    async create(inputs, call) {
      const { target } = inputsSchema.parse(inputs);
      if (!call.preview && !(await live.observe(target))) {
        throw new TeardownError(
          problems('guard-no-target', { detail: nameOf(target), hint: 'teardown capture' }),
        );
      }
      return { id: nameOf(target), outputs: { ...inputs } };
    },
    read: (old) => Promise.resolve(old),
    update: (news) => Promise.resolve({ ...news }),
    async delete(old) {
      const { system, evidenceStore, target, all } = inputsSchema.parse(old.inputs);
      const store = await openStore(evidenceStore, { system });
      await withLock(store, `guard of ${system}`, async () => {
        const others = all.filter((other) => nameOf(other) !== nameOf(target));
        const [own, ...beside] = await Promise.all(
          [target, ...others].map((each) => inUseChecks(live, each)),
        );
        // Read after the looks, which take their time: a freeze in between keeps the target.
        const view = await store.ledger();
        refuseFrozen(view);
        await refuseUnlessPassed(store, target, [
          stepCheck(view.position()?.step),
          ...archiveEvidence(store),
          ...(own ?? []),
          ...others.map((other, at) => besideCheck(other, beside[at] ?? [])),
        ]);
        await live.release(target);
        await store.append({ kind: 'guard-released', target: nameOf(target) });
      });
    },
  };
}

function stepCheck(step: Step | undefined): Check {
  const allowed = step === 'destroyed/data';
  const detail = `the ledger says ${step ?? 'nothing'}; data goes at destroyed/data`;
  return { name: 'step', verdict: allowed ? 'passed' : 'failed', detail, hint: 'teardown status' };
}

/** What would make the delete fail half-way or hit somebody who still uses the target (R72, R79). */
async function inUseChecks(live: LiveSystems, target: LiveTarget): Promise<readonly Check[]> {
  let observed: Observed | undefined;
  try {
    observed = await live.observe(target);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: 'live', verdict: 'errored', detail, hint: 'pulumi up' }];
  }
  const blockers = ['sessions', 'preparedTransactions', 'activeSlots', 'subscriptions'] as const;
  return blockers
    .filter((name) => observed !== undefined && name in observed)
    .map((name) => ({
      name,
      verdict: observed?.[name] === 0 ? ('passed' as const) : ('failed' as const),
      detail: `${name}: ${JSON.stringify(observed?.[name])}`,
      hint: 'end them, then pulumi up',
    }));
}

/** What keeps another target, in short: its own guard says it in full. */
function besideCheck(other: LiveTarget, checks: readonly Check[]): Check {
  const wrong = checks.filter(({ verdict }) => verdict !== 'passed').map(({ name }) => name);
  const detail = `${nameOf(other)} must stay: ${wrong.join(', ')}`;
  const verdict = wrong.length === 0 ? 'passed' : 'failed';
  return { name: 'beside', verdict, detail, hint: `see the guard of ${nameOf(other)}` };
}

async function refuseUnlessPassed(
  store: EvidenceStore,
  target: LiveTarget,
  checks: readonly Check[],
): Promise<void> {
  const wrong = checks.filter(({ verdict }) => verdict !== 'passed');
  if (wrong.length === 0) return;
  const found = wrong.map(({ name, detail, hint }) =>
    problems('guard-refused', {
      detail: `${nameOf(target)}: ${name}: ${detail}`,
      hint: hint === '' ? 'teardown status' : hint,
    }),
  ) as [Problem, ...Problem[]];
  await store.append({
    kind: 'refusal',
    gate: 'destroyed/data',
    problems: found.map(({ code, detail }) => ({ code, detail })),
  });
  throw new TeardownError(found);
}
