import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TeardownError } from '../../diagnostics/index.ts';
import { projectRoot } from '../install/index.ts';
import { problems } from '../problems.ts';
import { namesOf, sliceSystem } from './names.ts';

/**
 * Writes the inventory of a world into a directory: the committed one of the sample, with this system's names. Returns
 * its path. Throws TeardownError when the sample does not name a thing, for then it would describe another world.
 */
export function inventoryFor(system: string, directory: string): string {
  const source = join(projectRoot, 'sandbox', 'slice', `${sliceSystem}.inventory.yaml`);
  const [sample, own] = [namesOf(sliceSystem), namesOf(system)];
  let text = readFileSync(source, 'utf8');
  const renamed = [
    [sliceSystem, system] as const,
    ...namedInInventory.map((key) => [sample[key], own[key]] as const),
  ];
  const places = new RegExp(`(?<![\\w-])(?:${renamed.map(([name]) => name).join('|')})(?![\\w-])`, 'g');
  const found = new Set(text.match(places));
  const missing = renamed.filter(([name]) => !found.has(name)).map(([name]) => name);
  if (missing.length > 0) {
    const detail = `${source} does not name ${missing.join(', ')}`;
    throw new TeardownError(problems('sandbox-inventory', { detail, hint: 'git diff sandbox/slice' }));
  }
  const ownNames = new Map<string, string>(renamed);
  text = text.replace(places, (name) => ownNames.get(name) ?? name);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${system}.inventory.yaml`);
  writeFileSync(path, text);
  return path;
}

const namedInInventory = [
  'database',
  'contacts',
  'documents',
  'application',
  'erp',
  'administrator',
  'breakGlass',
  'instance',
  'bucket',
  'connection',
  'client',
  'neighbourClient',
] as const;
