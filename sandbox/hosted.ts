import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { TeardownError } from '../diagnostics/index.ts';
import { createStore } from '../evidence/index.ts';
import { loadInventory, type LoadedInventory } from '../inventory/index.ts';
import type { Step } from '../lifecycle/index.ts';
import { Pulumi, type Sandbox, status, type UpOptions } from './index.ts';
import { layoutOf } from './layout.ts';
import { serversFor } from './needs.ts';
import { problems } from './problems.ts';
import { checkSeed } from './seed.ts';

/** What `sandbox up` is asked for; files as the user gave them. */
export interface Request {
  readonly name: string;
  readonly sample?: boolean | undefined;
  readonly inventory?: string | undefined;
  readonly seed?: string | undefined;
  /** As given, to be judged here. */
  readonly accounts?: string | undefined;
}

/** A system in a sandbox, ready to be captured. */
export interface Hosted {
  readonly pulumi: Pulumi;
  readonly plan: readonly Step[];
  /** Where inventory, former settings and evidence store lie. */
  readonly directory: string;
}

const mostAccounts = 1_000_000;

/**
 * Judges a request before anything is started or removed for it, and says what the sandbox has to be. Throws TeardownError:
 * options that contradict each other, a name that is taken, files that cannot be used.
 */
export async function optionsFor(request: Request): Promise<UpOptions> {
  const { name, sample, inventory, seed } = request;
  if (sample && (inventory ?? seed) !== undefined) {
    throw usage(
      '--sample brings its own inventory and data',
      'leave --sample out, or --inventory and --seed',
    );
  }
  const accounts = accountsOf(request);
  if (seed !== undefined) checkSeed(seed, { accounts });
  const builds = sample === true || inventory !== undefined || seed !== undefined;
  if (builds && status(name).running) {
    const hint = `npm run sandbox -- down --name ${name}, or another --name`;
    throw new TeardownError(
      problems('sandbox-running', { detail: `sandbox "${name}" has a system already, or is empty`, hint }),
    );
  }
  if (inventory === undefined) return { seed, accounts };
  const loaded = await loadInventory(resolve(inventory), inventory);
  const servers = serversFor(loaded.inventory);
  if (seed !== undefined && !servers.includes('postgresql')) {
    const hint = 'leave --seed out, or name the database in the inventory';
    throw new TeardownError(problems('sandbox-no-database', { detail: `${inventory} has none`, hint }));
  }
  refuseStoreOutside(name, inventory, loaded);
  const databaseVariable = loaded.inventory.database?.credentials.replace(/^env:/, '');
  return { servers, databaseVariable, seed, accounts };
}

function accountsOf({ accounts, seed, sample }: Request): number | undefined {
  if (accounts === undefined) return undefined;
  const count = /^[0-9]{1,8}$/.test(accounts) ? Number(accounts) : 0;
  if (count < 1 || count > mostAccounts) {
    const hint = `give a whole number from 1 to ${mostAccounts}, such as --accounts 1000`;
    throw new TeardownError(problems('sandbox-accounts', { detail: `"${accounts}"`, hint }));
  }
  if (seed === undefined && !sample)
    throw usage(
      '--accounts is for the sample, or for a seed, which reads it as :accounts',
      'add --sample, or --seed FILE',
    );
  return count;
}

function usage(detail: string, hint: string): TeardownError {
  return new TeardownError(problems('sandbox-usage', { detail, hint }));
}

/** The inventory's copy lies in the sandbox, and what is made beside it goes with the sandbox. */
function refuseStoreOutside(name: string, shownAs: string, { inventory }: LoadedInventory): void {
  const directory = directoryOf(name);
  const store = resolve(directory, inventory.evidenceStore);
  if (store.startsWith(`${directory}${sep}`)) return;
  const detail = `${shownAs} names ${inventory.evidenceStore}, which would be left when the sandbox is gone`;
  const hint = 'evidenceStore: ./evidence';
  throw new TeardownError(problems('sandbox-store-outside', { detail, hint }));
}

function directoryOf(name: string): string {
  return join(layoutOf(name).directory, 'crm');
}

/** Copies the inventory into the sandbox and makes its evidence store and a stack. Throws TeardownError. */
export async function prepareSystem(sandbox: Sandbox, inventory: string): Promise<Hosted> {
  const directory = directoryOf(sandbox.name);
  mkdirSync(directory, { recursive: true });
  const copy = join(directory, basename(inventory));
  copyFileSync(resolve(inventory), copy);
  return prepareStack(sandbox, copy);
}

/**
 * For an inventory that lies in a sandbox: the evidence store it names, marked as the sandbox's own (conditions not built yet
 * pass in it), and a stack at `active`. Throws TeardownError.
 */
export async function prepareStack(sandbox: Sandbox, inventory: string): Promise<Hosted> {
  const { evidenceStore, inventory: described, plan } = await loadInventory(inventory);
  await createStore(evidenceStore, { system: described.system, sandbox: true });
  const pulumi = new Pulumi({ sandbox, stack: sandbox.name });
  const made = await pulumi.init({ stage: 'active', reason: 'take over what exists', inventory });
  if (made.exitCode !== 0 || !existsSync(pulumi.configFile)) {
    const detail = `pulumi stack init ended with ${String(made.exitCode)}\n  ${made.stderr.trim()}`;
    const hint = `npm run sandbox -- down --name ${sandbox.name}, then up again`;
    throw new TeardownError(problems('sandbox-stack', { detail, hint }));
  }
  return { pulumi, plan, directory: directoryOf(sandbox.name) };
}
