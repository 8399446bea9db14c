import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { capture } from '../../adopt/index.ts';
import type { Json } from '../../diagnostics/index.ts';
import { createStore, openStore } from '../../evidence/index.ts';
import { loadInventory } from '../../inventory/index.ts';
import { Pulumi, type Sandbox } from '../../sandbox/index.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import type { Part } from '../../sandbox/world/part.ts';
import { testSandbox } from '../sandbox-name.ts';
import type { System } from './system.ts';

/** A captured system that consists of one part of the sample world, and a picture of that part. */
export interface PartSystem<Keys> {
  readonly system: Omit<System, 'world'>;
  readonly keys: Keys;
  readonly picture: () => Promise<Json>;
}

/** Builds the part, writes an inventory of the `sections` for it, and captures it. The system's name is unique in the sandbox. */
export async function partSystem<Keys>(
  part: Part<Keys>,
  sections: (system: string) => Readonly<Record<string, unknown>>,
): Promise<PartSystem<Keys>> {
  const sandbox = testSandbox();
  const name = `p-${randomBytes(4).toString('hex')}`;
  const surroundings = {
    environment: environmentOf(sandbox.env),
    system: name,
    underscored: name.replaceAll('-', '_'),
    accounts: 100,
  };
  const keys = await part.build(surroundings);
  const directory = directoryOf(name, sandbox);
  mkdirSync(directory, { recursive: true });
  const inventory = join(directory, `${name}.inventory.yaml`);
  writeFileSync(inventory, stringify({ ...frame, system: name, ...sections(name) }));
  const system = await capturedSystem(name, inventory, sandbox);
  return { system, keys, picture: () => part.read(surroundings) };
}

/** Where inventory, former settings and evidence store of a system lie. */
export function directoryOf(name: string, { directory }: Pick<Sandbox, 'directory'>): string {
  return join(directory, 'systems', name);
}

/** A system of that inventory, captured from the live world; its stack is new. */
export async function capturedSystem(
  name: string,
  inventory: string,
  sandbox: Sandbox,
): Promise<Omit<System, 'world'>> {
  const loaded = await loadInventory(inventory);
  await createStore(loaded.evidenceStore, { system: name, sandbox: true });
  const pulumi = new Pulumi({ sandbox, stack: name });
  await pulumi.init({ stage: 'active', reason: 'a test of the engine', inventory });
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  return { name, sandbox, pulumi, inventory, directory: dirname(inventory), loaded };
}

const absent = 'absent';

/** What every inventory has to say, whatever it is about. */
const frame = {
  reason: { code: 'replaced', text: 'a test of the engine' },
  breakGlass: {},
  evidenceStore: './evidence',
  timing: { notice: '30 days' },
  dataClasses: {},
  features: {
    'mail-campaigns': absent,
    sms: absent,
    'mobile-app': absent,
    dashboards: absent,
    'auto-update': absent,
  },
  notices: [{ to: 'customers', sent: '2026-09-01', proof: 'mail-batch-1' }],
};
