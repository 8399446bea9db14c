import * as pulumi from './pulumi.ts';
import { overall, TeardownError } from '../diagnostics/index.ts';
import { archiveEvidence, openStore, refuseFrozen } from '../evidence/index.ts';
import { kindOf, mayDelete } from '../lifecycle/index.ts';
import { problems } from './problems.ts';
import type { Confirmation, RunState } from './confirmation.ts';

/** What the hooks are told besides the run. */
export interface Kept {
  /** Absolute path of the evidence store. */
  readonly evidenceStore: string;
  /** What existed before the teardown, by logical name: a move back deletes nothing of it. */
  readonly captured: Readonly<Record<string, unknown>>;
}

/**
 * The delete hooks (rule 4): `keep` stands before every delete, `archived` also before those of data-bearing resources. And
 * `unfrozen`, which stands before every create and update: a freeze stops an update before its next change (R92).
 * All fail closed, change nothing but the ledger and can be asked again. `keep` answers in a preview too: a forgotten
 * component or a replacement ends there, before anything is done. They are constructed at every step and are never
 * renamed: the engine keeps their names in state.
 */
export function keepHooks(
  run: RunState,
  kept: Kept,
): Record<'keep' | 'archived' | 'unfrozen', pulumi.ResourceHook> {
  const { evidenceStore } = kept;
  const judge = (urn: string): Promise<void> => beginDelete(run, kept, urn, pulumi.isDryRun());
  const keep = new pulumi.ResourceHook('teardown-keep', ({ urn }) => judge(urn), { onDryRun: true });
  const archived = new pulumi.ResourceHook('teardown-archived', async ({ urn }) => {
    const checks = archiveEvidence(await openStore(evidenceStore, { mode: 'read' }));
    if (overall(checks) === 'passed') return;
    const missing = checks.filter(({ verdict }) => verdict !== 'passed');
    const detail = `${urn}: ${missing.map((check) => `${check.name}: ${check.detail}`).join('; ')}`;
    throw new TeardownError(problems('keep-no-evidence', { detail, hint: 'teardown status' }));
  });
  const unfrozen = new pulumi.ResourceHook('teardown-unfrozen', () => requireUnfrozen(evidenceStore));
  return { keep, archived, unfrozen };
}

/** What `keep` does: asks whether a resource may go and, in a real run, enters that its delete begins. */
export async function beginDelete(
  run: RunState,
  { evidenceStore, captured }: Kept,
  urn: string,
  preview: boolean,
): Promise<void> {
  const { step, attempt } = letGo(run, captured, urn);
  if (preview) return requireUnfrozen(evidenceStore);
  const store = await openStore(evidenceStore);
  // A freeze that stands at this place of the ledger refuses the entry.
  await store.append({ kind: 'delete-started', step, attempt, urn });
}

/** Throws `system-frozen` while a freeze stands, and if the ledger cannot be read: nobody knows then. */
export async function requireUnfrozen(evidenceStore: string): Promise<void> {
  refuseFrozen(await (await openStore(evidenceStore, { mode: 'read' })).ledger());
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
