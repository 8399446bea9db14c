import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Standing } from '../../cli/standing.ts';
import type { Json } from '../../diagnostics/index.ts';
import { createStore, type LedgerEntry, openStore } from '../../evidence/index.ts';
import { type LoadedInventory, loadInventory } from '../../inventory/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import type { Sandbox } from '../index.ts';
import { Pulumi, type RunningPulumi } from '../pulumi.ts';
import { buildWorld, inventoryFor, readWorld, type World } from '../slice/index.ts';
import { ask, follow, type Seat } from './follow.ts';
import type { Servers } from './servers.ts';

/** Changes the sample's inventory before anything reads it: fewer sections, fewer steps. */
export type Edit = (inventory: Record<string, unknown>) => Record<string, unknown>;

/** One system that is walked through its steps by what `teardown status` says. */
export class Subject {
  readonly name: string;
  readonly loaded: LoadedInventory;
  readonly #world: World;
  readonly #seat: Seat;

  private constructor(name: string, loaded: LoadedInventory, world: World, seat: Seat) {
    this.name = name;
    this.loaded = loaded;
    this.#world = world;
    this.#seat = seat;
  }

  /** Builds a world of its own, with an inventory, an empty evidence store and a new stack. */
  static async make(name: string, sandbox: Sandbox, servers: Servers, edit: Edit): Promise<Subject> {
    const world = await buildWorld(sandbox.env, { system: name });
    const inventory = inventoryFor(name, join(sandbox.directory, 'systems', name));
    writeFileSync(
      inventory,
      stringify(edit(parse(readFileSync(inventory, 'utf8')) as Record<string, unknown>)),
    );
    const loaded = await loadInventory(inventory);
    await createStore(loaded.evidenceStore, { system: name, sandbox: true });
    const pulumi = new Pulumi({ sandbox: { ...sandbox, env: servers.env }, stack: name });
    await pulumi.init({ stage: 'active', reason: 'a walk with crashes', inventory });
    return new Subject(name, loaded, world, { pulumi, env: servers.env });
  }

  /** What to run now, by `teardown status`; null when nothing is left to do. */
  async status(): Promise<Pick<Standing, 'command' | 'position' | 'next'>> {
    return JSON.parse(await ask(['status', '--json'], this.#seat)) as never;
  }

  async ledger(): Promise<readonly LedgerEntry[]> {
    const store = await openStore(this.loaded.evidenceStore, { mode: 'read' });
    return (await store.ledger()).entries;
  }

  picture(): Promise<Json> {
    return readWorld(this.#world) as Promise<unknown> as Promise<Json>;
  }

  async resources(): Promise<readonly { readonly urn: string; readonly id?: string }[]> {
    return (await this.#seat.pulumi.state()).resources;
  }

  aim(step: Step): void {
    this.#seat.pulumi.configure({ stage: step });
  }

  /** Runs what `teardown status` printed; answers the update, if it starts one. */
  follow(command: string, flags: readonly string[]): Promise<RunningPulumi | undefined> {
    return follow(command, this.#seat, flags);
  }
}
