/** What the engine tests work with: a world, an inventory, an evidence store and a stack of its own for each system. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { capture } from '../../adopt/index.ts';
import { approve, createStore, type EvidenceStore, intentOf, openStore } from '../../evidence/index.ts';
import { type LoadedInventory, loadInventory, loadSettings } from '../../inventory/index.ts';
import { type Move, type Step, transition } from '../../lifecycle/index.ts';
import { projectRoot, Pulumi, type PulumiResult, type Sandbox } from '../../sandbox/index.ts';
import {
  buildWorld,
  inventoryFor,
  readWorld,
  type World,
  type WorldPicture,
} from '../../sandbox/slice/index.ts';
import { testSandbox } from '../sandbox-name.ts';

type Document = Record<string, unknown>;

export interface System {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly pulumi: Pulumi;
  /** Path of the inventory; the former settings and the evidence store lie beside it. */
  readonly inventory: string;
  readonly directory: string;
  readonly loaded: LoadedInventory;
}

const reason = 'a test of the engine';
let count = 0;

/**
 * A captured system whose stack is new. `edit` changes the inventory before anything is captured; fewer sections mean
 * fewer steps and fewer plugins, so a faster test. The system's name is unique in the sandbox.
 */
export async function newSystem(
  edit: (inventory: Document) => Document = (same) => same,
  { sandboxStore = true }: { readonly sandboxStore?: boolean } = {},
): Promise<System> {
  const sandbox = testSandbox();
  const name = `t-${randomBytes(4).toString('hex')}`;
  const world = await buildWorld(sandbox.env, { system: name });
  const directory = join(sandbox.directory, 'systems', name);
  const inventory = inventoryFor(name, directory);
  const whole = parse(readFileSync(inventory, 'utf8')) as Document;
  writeFileSync(inventory, stringify(withoutOperators(whole, edit(whole))));
  const loaded = await loadInventory(inventory);
  await createStore(loaded.evidenceStore, { system: name, sandbox: sandboxStore });
  const pulumi = new Pulumi({ sandbox, stack: name });
  await pulumi.init({ stage: 'active', reason, inventory });
  const system = { name, sandbox, world, pulumi, inventory, directory, loaded };
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  return system;
}

/** An administrator that an edited inventory does not cut is an owner's member still, which capture wants to be told. */
function withoutOperators(whole: Document, edited: Document): Document {
  if (edited.database === undefined || edited.operators !== undefined) return edited;
  const outOfReach = (whole.operators as Document[]).map(({ login }) => ({
    login,
    why: 'left out by a test',
  }));
  return { ...edited, database: { ...(edited.database as Document), outOfReach } };
}

/** Only the database, without AWS and Auth0: a plan of few steps on two plugins. */
export function databaseOnly(inventory: Document): Document {
  const kept = [
    'system',
    'reason',
    'breakGlass',
    'evidenceStore',
    'timing',
    'dataClasses',
    'modules',
    'services',
    'features',
    'notices',
  ];
  const { name, ownership, credentials } = inventory.database as Document;
  const sections = kept.map((section) => [section, inventory[section]]);
  return {
    ...Object.fromEntries(sections),
    database: { kind: 'postgresql', name, ownership, credentials },
  } as Document;
}

export function storeOf({ loaded }: Pick<System, 'loaded'>): Promise<EvidenceStore> {
  return openStore(loaded.evidenceStore);
}

export function worldOf({ world }: System): Promise<WorldPicture> {
  return readWorld(world);
}

/** Sets the wanted step and approves it for the present files, as a reviewer would. */
export async function approveStep(system: Omit<System, 'world'>, step: Step): Promise<void> {
  system.pulumi.configure({ stage: step });
  const store = await storeOf(system);
  const settings = await loadSettings({ stage: step, reason, inventory: system.inventory }, projectRoot);
  const move = transition(settings.plan, (await store.ledger()).position(), step) as Move;
  const { digests } = settings.gate;
  const intent = intentOf({ system: system.name, reason, digests }, move);
  await approve({ store, step, attempt: move.attempt, intent, approver: 'reviewer', reason: 'reviewed' });
}

/**
 * Approves and takes a step, with the second update that a step with deletes needs. Throws unless it is reached. `args` are
 * for `pulumi up`: where a step is only the way to what a test shows, `--skip-preview` takes half the time.
 */
export async function moveTo(
  system: Omit<System, 'world'>,
  step: Step,
  args: readonly string[] = [],
): Promise<readonly PulumiResult[]> {
  system.pulumi.configure({ stage: step });
  if (step !== 'active' || (await positionOf(system)) !== undefined) await approveStep(system, step);
  const runs: PulumiResult[] = [];
  for (let update = 0; update < 2; update += 1) {
    const run = await system.pulumi.up(args);
    runs.push(run);
    if (run.exitCode !== 0)
      throw new Error(`${step}: exit ${String(run.exitCode)}\n${run.stdout}\n${run.stderr}`);
    const position = await positionOf(system);
    if (position?.reached) return runs;
  }
  throw new Error(`${step} was not reached after two updates:\n${runs.at(-1)?.stdout ?? ''}`);
}

/** All steps of the plan up to and with `last`; `args` as for `moveTo`. */
export async function walkTo(system: System, last: Step, args: readonly string[] = []): Promise<void> {
  for (const step of system.loaded.plan) {
    await moveTo(system, step, args);
    if (step === last) return;
  }
  throw new Error(`${last} is not in the plan: ${system.loaded.plan.join(', ')}`);
}

export async function positionOf(system: Pick<System, 'loaded'>) {
  return (await (await storeOf(system)).ledger()).position();
}

/** State, evidence store and inventory as they are now; `back` puts them in place again. The world is not part of it. */
export function keepRecords(system: System): { readonly back: () => void } {
  const state = join(
    system.sandbox.directory,
    'state',
    '.pulumi',
    'stacks',
    'crm-teardown',
    `${system.name}.json`,
  );
  const copy = join(system.sandbox.directory, 'copies', `${system.name}-${(count += 1)}`);
  const places = [
    [state, join(copy, 'state.json')],
    [system.directory, join(copy, 'crm')],
    [system.pulumi.configFile, join(copy, 'stack.yaml')],
  ] as const;
  for (const [place, kept] of places) cpSync(place, kept, { recursive: true });
  return {
    back: () => {
      for (const [place, kept] of places) {
        rmSync(place, { recursive: true, force: true });
        cpSync(kept, place, { recursive: true });
      }
    },
  };
}
