import pulumi from '@pulumi/pulumi';
import { overall, TeardownError } from '../diagnostics/index.ts';
import { archiveEvidence, openStore } from '../evidence/index.ts';
import { mayDelete } from '../lifecycle/index.ts';
import { problems } from './problems.ts';
import { type Confirmation, type RunState } from './confirmation.ts';

/** Parts of a URN that the hooks judge by. */
interface Kind {
  /** Type token of the resource. */
  readonly type: string;
  /** Class name of its parent component. */
  readonly component: string | undefined;
  /** Its logical name, which may hold any character. */
  readonly name: string;
}

export function kindOf(urn: string): Kind {
  const [, , types = '', ...name] = urn.split('::');
  const chain = types.split('$');
  return { type: chain.at(-1) ?? '', component: chain.at(-2)?.split(':').at(-1), name: name.join('::') };
}

/** What the hooks are told besides the run. */
export interface Kept {
  /** Absolute path of the evidence store. */
  readonly evidenceStore: string;
  /** What existed before the teardown, by logical name: a move back deletes nothing of it. */
  readonly captured: Readonly<Record<string, unknown>>;
}

/**
 * The two delete hooks (rule 4). `keep` stands before every delete, `archived` also before those of data-bearing resources.
 * Both fail closed, change nothing but the ledger and can be asked again. `keep` answers in a preview too: a forgotten
 * component or a replacement ends there, before anything is done. They are constructed at every step and are never
 * renamed: the engine keeps their names in state.
 */
export function keepHooks(
  run: RunState,
  { evidenceStore, captured }: Kept,
): Record<'keep' | 'archived', pulumi.ResourceHook> {
  const judge = async (urn: string): Promise<void> => {
    const { step, attempt } = letGo(run, captured, urn);
    if (pulumi.runtime.isDryRun()) return;
    const store = await openStore(evidenceStore);
    await store.append({ kind: 'delete-started', step, attempt, urn });
  };
  const keep = new pulumi.ResourceHook('teardown-keep', ({ urn }) => judge(urn), { onDryRun: true });
  const archived = new pulumi.ResourceHook('teardown-archived', async ({ urn }) => {
    const checks = archiveEvidence(await openStore(evidenceStore, { mode: 'read' }));
    if (overall(checks) === 'passed') return;
    const missing = checks.filter(({ verdict }) => verdict !== 'passed');
    const detail = `${urn}: ${missing.map((check) => `${check.name}: ${check.detail}`).join('; ')}`;
    throw new TeardownError(problems('keep-no-evidence', { detail, hint: 'teardown status' }));
  });
  return { keep, archived };
}

/** What `keep` asks before it lets a resource go: the confirmation by which it may. Throws if there is none. */
export function letGo(run: RunState, captured: Kept['captured'], urn: string): Confirmation {
  const refuse = (code: Parameters<typeof problems>[0], detail: string): never => {
    throw new TeardownError(problems(code, { detail: `${urn}: ${detail}`, hint: 'teardown status' }));
  };
  if (!run.rollCallComplete) return refuse('keep-roll-call-open', 'resources are still being registered');
  const confirmed = run.confirmedNow;
  if (!confirmed) return refuse('keep-not-confirmed', 'a delete needs a gate that moves in this run');
  const { type, component, name } = kindOf(urn);
  const { step, entered, covered } = confirmed;
  const isOlder = entered === 'back' && Object.hasOwn(captured, name);
  if (isOlder || !mayDelete(covered, entered, component, type)) {
    return refuse('keep-not-in-contract', `${step} (${entered}) removes no such thing`);
  }
  return confirmed;
}
