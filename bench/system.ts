/** A captured system with a stack of ours, to be taken to a step; and the same resources for the minimal program. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { capture } from '../adopt/index.ts';
import { approve, createStore, intentOf, openStore } from '../evidence/index.ts';
import { type LoadedInventory, loadInventory, loadSettings } from '../inventory/index.ts';
import { type Move, type Step, transition } from '../lifecycle/index.ts';
import { projectRoot, type Sandbox } from '../sandbox/index.ts';
import { buildWorld, inventoryFor, type World } from '../sandbox/slice/index.ts';
import { literalsOf, type LiteralResource } from './literals.ts';
import { buildModules, type ExtraModule } from './modules.ts';
import { failure, preparing, type TimedStack, timedStack } from './timed-stack.ts';

export interface System {
  readonly name: string;
  readonly world: World;
  readonly stack: TimedStack;
  readonly loaded: LoadedInventory;
}

const reason = 'a benchmark';

/** Builds a world, with `modules` more than the sample's two, and captures it. Nothing is in the stack yet. */
export async function newSystem(sandbox: Sandbox, name: string, modules = 0): Promise<System> {
  const world = await buildWorld(sandbox.env, { system: name });
  const inventory = inventoryFor(name, join(sandbox.directory, 'systems', name));
  if (modules > 0) declare(inventory, await buildModules(world, modules));
  const loaded = await loadInventory(inventory);
  await createStore(loaded.evidenceStore, { system: name, sandbox: true });
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  const stack = timedStack({ sandbox, stack: name });
  await stack.pulumi.init({ stage: 'active', reason, inventory });
  return { name, world, stack, loaded };
}

function declare(inventory: string, modules: readonly ExtraModule[]): void {
  const document = parse(readFileSync(inventory, 'utf8')) as { modules: unknown[] };
  const declared = modules.map((module) => ({ ...module, data: ['contact'], enforcedBy: 'database-role' }));
  writeFileSync(inventory, stringify({ ...document, modules: [...document.modules, ...declared] }));
}

/** Sets the step in the stack's configuration and approves it: what is left of the move is one `pulumi up`. */
export async function wantStep({ name, stack, loaded }: System, step: Step): Promise<void> {
  stack.pulumi.configure({ stage: step });
  const store = await openStore(loaded.evidenceStore);
  const { inventory } = loaded.paths;
  const settings = await loadSettings({ stage: step, reason, inventory }, projectRoot);
  const move = transition(settings.plan, (await store.ledger()).position(), step) as Move;
  if (move.to === 'active' && move.direction !== 'back') return;
  const intent = intentOf({ system: name, reason, digests: settings.gate.digests }, move);
  await approve({ store, step, attempt: move.attempt, intent, approver: 'reviewer', reason: 'reviewed' });
}

/** Takes every step up to and with `last`; none of them may be one that deletes. */
export async function walkTo(system: System, last: Step): Promise<void> {
  const { plan, evidenceStore } = system.loaded;
  for (const step of plan.slice(0, plan.indexOf(last) + 1)) {
    await wantStep(system, step);
    const result = await system.stack.pulumi.up(['--skip-preview'], preparing);
    const position = (await (await openStore(evidenceStore)).ledger()).position();
    if (result.exitCode !== 0 || position?.step !== step || !position.reached) {
      throw new Error(failure(`${system.name} did not reach ${step}`, result));
    }
  }
}

/** The live resources of a stack as it stands, as literals. */
export async function literals({ stack }: System): Promise<readonly LiteralResource[]> {
  const { resources } = await stack.pulumi.state();
  return literalsOf(resources);
}
