import { resolve } from 'node:path';
import { type Problem, TeardownError } from '../diagnostics/index.ts';
import { type EvidenceStore, type LedgerView, openStore, type StoreMode } from '../evidence/index.ts';
import { loadInventory, type LoadedInventory, loadSettings, type Settings } from '../inventory/index.ts';
import { fileBackend } from './engine-locks.ts';
import { engineState, type EngineState } from './engine-state.ts';
import type { Host } from './host.ts';
import { type CommonOptions, readStack, type StackFile } from './stack.ts';

/** One system as its files and its evidence store tell it. */
export interface Situation {
  readonly stack: StackFile;
  readonly loaded: LoadedInventory;
  /** Undefined: the former settings were not captured yet. */
  readonly settings: Settings | undefined;
  readonly store: EvidenceStore;
  readonly view: LedgerView;
}

/** Reads everything a command needs, or throws TeardownError with all that is wrong with the files. */
export async function survey(options: CommonOptions, host: Host, mode: StoreMode): Promise<Situation> {
  const stack = await readStack(options, host);
  const settings = await settingsOf(stack, host);
  const loaded = settings ?? (await inventoryOf(stack, host));
  const store = await openEvidence(loaded, mode, settings !== undefined);
  return { stack, loaded, settings, store, view: await store.ledger() };
}

async function settingsOf({ settings }: StackFile, { projectRoot }: Host): Promise<Settings | undefined> {
  try {
    return await loadSettings(settings, projectRoot);
  } catch (error) {
    if (isOnly('former-missing', error)) return undefined;
    throw error;
  }
}

/** The engine's state of the stack; undefined where it cannot be seen from here. */
export async function stateOf({ name }: StackFile, { environment }: Host): Promise<EngineState | undefined> {
  const backend = await fileBackend(environment);
  return backend === undefined || name === undefined ? undefined : engineState(backend, name);
}

/** The inventory alone, for a system that was not captured yet. */
export async function inventoryOf({ settings }: StackFile, { projectRoot }: Host): Promise<LoadedInventory> {
  const { inventory = '' } = settings;
  // A blank path is refused there, with the same words as everywhere.
  if (inventory.trim() === '')
    return loadSettings({ stage: 'active', reason: 'capture', inventory }, projectRoot);
  return loadInventory(resolve(projectRoot, inventory), inventory);
}

/** Opens the evidence store; where a system was never captured, a missing one has to be created first. */
export async function openEvidence(
  { evidenceStore, inventory: { system } }: LoadedInventory,
  mode: StoreMode,
  captured: boolean,
): Promise<EvidenceStore> {
  try {
    return await openStore(evidenceStore, { system, mode });
  } catch (error) {
    if (captured || !isOnly('evidence-store-missing', error)) throw error;
    const [problem] = (error as TeardownError).problems;
    const hint = 'teardown capture --create-store';
    throw new TeardownError({ ...problem, hint } satisfies Problem, { cause: error });
  }
}

function isOnly(code: string, error: unknown): boolean {
  return error instanceof TeardownError && error.problems.every((problem) => problem.code === code);
}
