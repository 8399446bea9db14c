import { join } from 'node:path';
import { type Hosted, prepareStack } from './hosted.ts';
import { enterSandbox, type Sandbox } from './index.ts';
import { buildWorld, inventoryFor, sampleSystem, type World } from './world/index.ts';

/** The sample CRM in a sandbox, ready to be captured: its world, inventory, evidence store, and a stack of its own. */
export interface Sample extends Hosted {
  readonly sandbox: Sandbox;
  readonly world: World;
}

/** Builds the sample CRM as if it had been clicked together years ago. */
export async function prepareSample(
  sandbox: Sandbox,
  {
    accounts,
    progress,
  }: { readonly accounts?: number | undefined; readonly progress?: (text: string) => void } = {},
): Promise<Sample> {
  enterSandbox(sandbox);
  const world = await buildWorld(sandbox.env, { accounts, progress });
  const inventory = inventoryFor(sampleSystem, join(sandbox.directory, 'crm'));
  return { ...(await prepareStack(sandbox, inventory)), sandbox, world };
}
