import pulumi from '@pulumi/pulumi';
import { overall, TeardownError } from '../diagnostics/index.ts';
import { archiveEvidence, openStore } from '../evidence/index.ts';
import { mayDelete } from '../lifecycle/index.ts';
import { problems } from './problems.ts';
import { type RunState } from './confirmation.ts';

/** Parts of a URN that `keep` judges by: the resource's type token and the class name of its parent component. */
export function kindOf(urn: string): { readonly type: string; readonly component: string | undefined } {
  const chain = (urn.split('::')[2] ?? '').split('$');
  return { type: chain.at(-1) ?? '', component: chain.at(-2)?.split(':').at(-1) };
}

/**
 * The two delete hooks (rule 4). `keep` stands before every delete, `archived` also before those of data-bearing resources.
 * Both fail closed, change nothing but the ledger and can be asked again. They are constructed at every step and are
 * never renamed: the engine keeps their names in state.
 */
export function keepHooks(
  run: RunState,
  evidenceStore: string,
): Record<'keep' | 'archived', pulumi.ResourceHook> {
  const keep = new pulumi.ResourceHook('teardown-keep', async ({ urn }) => {
    const { type, component } = kindOf(urn);
    const refuse = (code: Parameters<typeof problems>[0], detail: string): never => {
      throw new TeardownError(problems(code, { detail: `${urn}: ${detail}`, hint: 'teardown status' }));
    };
    if (!run.rollCallComplete) return refuse('keep-roll-call-open', 'resources are still being registered');
    const confirmed = run.confirmedNow;
    if (!confirmed) return refuse('keep-not-confirmed', 'a delete needs a gate that moved in this update');
    if (!mayDelete(confirmed.covered, confirmed.entered, component, type)) {
      return refuse('keep-not-in-contract', `${confirmed.step} (${confirmed.entered}) removes no such thing`);
    }
    const store = await openStore(evidenceStore);
    const { step, attempt } = confirmed;
    await store.append({ kind: 'delete-started', step, attempt, urn });
  });
  const archived = new pulumi.ResourceHook('teardown-archived', async ({ urn }) => {
    const checks = archiveEvidence(await openStore(evidenceStore, { mode: 'read' }));
    if (overall(checks) === 'passed') return;
    const missing = checks.filter(({ verdict }) => verdict !== 'passed');
    const detail = `${urn}: ${missing.map((check) => `${check.name}: ${check.detail}`).join('; ')}`;
    throw new TeardownError(problems('keep-no-evidence', { detail, hint: 'teardown status' }));
  });
  return { keep, archived };
}
