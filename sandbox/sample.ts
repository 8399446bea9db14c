import { join } from 'node:path';
import { createStore } from '../evidence/index.ts';
import { loadInventory } from '../inventory/index.ts';
import { type Step } from '../lifecycle/index.ts';
import { enterSandbox, Pulumi, type Sandbox } from './index.ts';
import { buildWorld, inventoryFor, sliceSystem, type World } from './slice/index.ts';

/** The sample CRM in a sandbox, ready to be captured: its world, inventory, evidence store, and a stack of its own. */
export interface Sample {
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly pulumi: Pulumi;
  readonly plan: readonly Step[];
  /** Where inventory, former settings, evidence store and keys lie. */
  readonly directory: string;
}

/** Makes the evidence store that an inventory names, marked as the sandbox's own: conditions not built yet pass in it. */
export async function createStoreFor(inventory: string): Promise<string> {
  const { evidenceStore, inventory: described } = await loadInventory(inventory);
  await createStore(evidenceStore, { system: described.system, sandbox: true });
  return evidenceStore;
}

/** Builds the sample CRM as if it had been clicked together years ago. */
export async function prepareSample(sandbox: Sandbox): Promise<Sample> {
  enterSandbox(sandbox);
  const world = await buildWorld(sandbox.env);
  const directory = join(sandbox.directory, 'crm');
  const inventory = inventoryFor(sliceSystem, directory);
  const { plan } = await loadInventory(inventory);
  await createStoreFor(inventory);
  const pulumi = new Pulumi({ sandbox, stack: sandbox.name });
  await pulumi.init({ stage: 'active', reason: 'take over what exists', inventory });
  return { sandbox, world, pulumi, plan, directory };
}
