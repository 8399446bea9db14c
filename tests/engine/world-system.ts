import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Step } from '../../lifecycle/index.ts';
import type { Line } from '../../sandbox/demo/door.ts';
import { lookFromOutside, writeKeys } from '../../sandbox/demo/walk.ts';
import { down, enterSandbox, hold, letGo, up } from '../../sandbox/index.ts';
import {
  buildWorld,
  inventoryFor,
  readWorld,
  sampleSystem,
  type World,
  type WorldPicture,
} from '../../sandbox/world/index.ts';
import { type LivingKeys, startLiving } from '../../sandbox/world/living.ts';
import { capturedSystem, directoryOf } from './part-system.ts';
import type { addLoad, LoadEntries } from './load-world.ts';
import type { System } from './system.ts';

/** The whole sample world, running in a sandbox of its own, and captured; its stack is new. */
export interface WorldSystem {
  readonly system: Omit<System, 'world'>;
  readonly world: World;
  readonly living: LivingKeys;
  readonly picture: () => Promise<WorldPicture>;
  /** What the doors of the demo show at a step: all lines. */
  readonly lines: (step: Step) => Promise<readonly Line[]>;
  /** Ends its servers and removes the sandbox. */
  readonly stop: () => Promise<void>;
}

/**
 * The list of a tenant's log-in actions belongs to all of its products, so a second system would disturb it: hence a sandbox each.
 * Waves of a group in `together` are one step. `add` makes more of the world, and names it for the inventory.
 */
export async function worldSystem(
  together: readonly (readonly string[])[] = [],
  { accounts = 100, add }: { readonly accounts?: number; readonly add?: typeof addLoad } = {},
): Promise<WorldSystem> {
  const name = `test-${process.pid}${String(Date.now()).slice(-6)}`;
  hold(name);
  const sandbox = await up(name);
  enterSandbox(sandbox);
  const world = await buildWorld(sandbox.env, { accounts });
  const inventory = inventoryFor(sampleSystem, directoryOf(sampleSystem, sandbox));
  const document = parse(readFileSync(inventory, 'utf8')) as LoadEntries;
  const more = await add?.(world);
  const entries = more && {
    modules: [...document.modules, ...more.modules],
    integrations: [...document.integrations, ...more.integrations],
  };
  writeFileSync(inventory, stringify({ ...document, ...entries, together }));
  const system = await capturedSystem(sampleSystem, inventory, sandbox);
  const living = await startLiving(world);
  const keysFile = join(sandbox.directory, 'keys.json');
  writeKeys(keysFile, world, living);
  return {
    system,
    world,
    living: living.keys,
    picture: () => readWorld(world),
    lines: (step) => lookFromOutside({ sandbox, keysFile }, step),
    stop: async () => {
      await living.stop();
      await down(name);
      letGo(name);
    },
  };
}

/** The lines that are not as the posture says, as `principal: attempt`. */
export function redOf(lines: readonly Line[]): readonly string[] {
  return lines.filter(({ ok }) => !ok).map(({ principal, attempt }) => `${principal}: ${attempt}`);
}
