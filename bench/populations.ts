import { join } from 'node:path';
import { capture } from '../adopt/index.ts';
import { canonical, type Json } from '../diagnostics/index.ts';
import { openStore } from '../evidence/index.ts';
import { loadInventory } from '../inventory/index.ts';
import { down, enterSandbox, up } from '../sandbox/index.ts';
import { prepareSample } from '../sandbox/sample.ts';
import { sampleSystem } from '../sandbox/world/index.ts';
import { failure, preparing, type TimedStack, timedStack } from './timed-stack.ts';

export const few = 1000;
export const many = 200_000;

/** The sample CRM, taken over: its stack, and the stack's state by path. */
export interface Populated {
  readonly stack: TimedStack;
  readonly state: ReadonlyMap<string, string>;
}

/** The sample CRM three times, each in a sandbox of its own. */
export interface Populations {
  readonly few: Populated;
  /** Built again: what differs between equal worlds is chance. */
  readonly again: Populated;
  readonly many: Populated;
}

const sandboxes = { few: 'bench-1', again: 'bench-2', many: 'bench-3' } as const;

export async function populate(progress: (text: string) => void): Promise<Populations> {
  const worlds: Record<string, Populated> = {};
  for (const [which, name] of Object.entries(sandboxes)) {
    const accounts = which === 'many' ? many : few;
    progress(`taking over the sample CRM with ${accounts} accounts`);
    worlds[which] = await populated(name, accounts);
  }
  return worlds as unknown as Populations;
}

export async function depopulate(): Promise<void> {
  for (const name of Object.values(sandboxes)) await down(name);
}

async function populated(name: string, accounts: number): Promise<Populated> {
  await down(name);
  const sandbox = await up(name);
  enterSandbox(sandbox);
  const { directory } = await prepareSample(sandbox, { accounts });
  const loaded = await loadInventory(join(directory, `${sampleSystem}.inventory.yaml`));
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  const stack = timedStack({ sandbox, stack: name });
  const result = await stack.pulumi.up(['--skip-preview'], preparing);
  if (result.exitCode !== 0) throw new Error(failure(`up of ${name}`, result));
  const { resources } = await stack.pulumi.state();
  // The engine keeps resources in the order in which they happened to be registered.
  const byName = Object.fromEntries(resources.map((resource) => [resource.urn, resource]));
  const text = JSON.stringify(byName).replaceAll(name, 'bench');
  return { stack, state: byPath(JSON.parse(text) as Json) };
}

/** Every value of a document by its path. */
export function byPath(value: Json, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return new Map([[path, canonical(value)]]);
  }
  return new Map(Object.entries(value).flatMap(([key, item]) => [...byPath(item, `${path}/${key}`)]));
}

/** The paths whose values are not the same in both, or that only one has. */
export function differing(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
}

export function bytesWithout(paths: readonly string[], state: ReadonlyMap<string, string>): number {
  const left = [...state].filter(([path]) => !paths.includes(path));
  return left.reduce((sum, [path, value]) => sum + Buffer.byteLength(path) + Buffer.byteLength(value), 0);
}
