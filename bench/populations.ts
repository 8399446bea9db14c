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

/** The sample CRM, taken over: its stack, and the stack's state. */
export interface Populated {
  readonly stack: TimedStack;
  readonly state: readonly StateResource[];
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
  return {
    stack,
    state: JSON.parse(JSON.stringify(resources).replaceAll(name, 'bench')) as readonly StateResource[],
  };
}

/** Of a state, what is looked at here. */
export interface StateResource {
  readonly urn: string;
  readonly id?: string;
  readonly dependencies?: readonly string[];
}

/**
 * Two states as they are comparable: ids that only one of them has are chance and stand in names too, and so is the order in which
 * resources were registered and their dependencies are listed.
 */
export function comparable(
  one: readonly StateResource[],
  other: readonly StateResource[],
): readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>] {
  const idsOf = (state: readonly StateResource[]) => new Set(state.flatMap(({ id }) => id ?? []));
  const [mine, others] = [idsOf(one), idsOf(other)];
  return [
    inOrder(
      one,
      [...mine].filter((id) => !others.has(id)),
    ),
    inOrder(
      other,
      [...others].filter((id) => !mine.has(id)),
    ),
  ];
}

function inOrder(state: readonly StateResource[], chance: readonly string[]): ReadonlyMap<string, string> {
  const longestFirst = chance.toSorted((a, b) => b.length - a.length);
  const plain = (text: string) => longestFirst.reduce((whole, id) => whole.replaceAll(id, 'ID'), text);
  const found = new Map<string, string[]>();
  for (const { urn, dependencies = [], ...resource } of state) {
    const sorted = { ...resource, dependencies: dependencies.map(plain).toSorted() };
    for (const [path, value] of byPath(sorted, plain(urn))) {
      const values = found.get(plain(path)) ?? [];
      found.set(plain(path), [...values, plain(value)]);
    }
  }
  // Those whose paths are the same but for chance stand together.
  return new Map([...found].map(([path, values]) => [path, values.toSorted().join(' ')]));
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
