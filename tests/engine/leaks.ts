/** How the engine tests look for secrets and people's data: everywhere the tool and its engine write, text by text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PulumiResult } from '../../sandbox/index.ts';
import type { System } from './system.ts';

/** Something that was written: a file by its path, or what a run printed. */
export interface Written {
  readonly place: string;
  readonly text: string;
}

/** State, its history and backups, stack files and logs of the engine: all stacks of the sandbox. */
export function engineFiles({ sandbox }: Pick<System, 'sandbox'>): readonly Written[] {
  return ['state', 'stacks', join('pulumi-home', 'logs')].flatMap((room) =>
    filesIn(join(sandbox.directory, room)),
  );
}

/** Inventory, former settings, ledger and attestations of the system. */
export function systemFiles({ directory }: Pick<System, 'directory'>): readonly Written[] {
  return filesIn(directory);
}

export function printedBy(runs: readonly PulumiResult[]): readonly Written[] {
  return runs.map(({ stdout, stderr }, i) => ({ place: `output ${i}`, text: `${stdout}\n${stderr}` }));
}

/** Every place with a canary in it. The canary is named by its number, because a test must not print it either. */
export function leaksOf(written: readonly Written[], canaries: readonly string[]): readonly string[] {
  return written.flatMap(({ place, text }) =>
    canaries.flatMap((canary, i) => (text.includes(canary) ? [`canary ${i} in ${place}`] : [])),
  );
}

function filesIn(directory: string): readonly Written[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((place) => ({ place, text: readFileSync(place, 'utf8') }));
}
