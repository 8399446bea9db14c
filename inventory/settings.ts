import { dirname, join, resolve } from 'node:path';
import { type Problem, TeardownError } from '../diagnostics/index.ts';
import type { LiveTarget, Step } from '../lifecycle/index.ts';
import { compareWithInventory, type FormerReading, type FormerSettings, readFormerFile } from './former.ts';
import {
  describe,
  type Facts,
  formerFileName,
  type LoadedInventory,
  readInventoryFile,
  type Reading,
} from './inventory.ts';
import { lookouts } from './lookouts.ts';
import { programDigest } from './program.ts';
import { problems } from './problems.ts';

/** The stack settings as Pulumi gives them: undefined if not set. */
export interface StackSettings {
  /** The step wanted; whether it is one and may be entered is judged by the transition, not here. */
  readonly stage: string | undefined;
  /** Why this move is made (R46). */
  readonly reason: string | undefined;
  /** Path of the inventory, relative to the project root. */
  readonly inventory: string | undefined;
}

/** What the gate is told besides the system: plain data. */
interface GateSettings {
  /** The stack setting `stage`. */
  readonly step: string;
  readonly reason: string;
  readonly plan: readonly Step[];
  readonly evidenceStore: string;
  /** SHA-256 of inventory, former settings and program: with system, reason, step and attempt, the intent. */
  readonly digests: { readonly inventory: string; readonly former: string; readonly program: string };
  readonly facts: Facts;
  /** One thing of each live system, by which the gate sees that all of them can be reached. */
  readonly lookouts: readonly LiveTarget[];
}

/** Everything the program needs to know, checked. */
export interface Settings extends LoadedInventory {
  readonly stage: string;
  readonly reason: string;
  readonly former: FormerSettings;
  readonly gate: GateSettings;
}

const settingHints: Readonly<Record<keyof StackSettings, string>> = {
  stage: 'pulumi config set stage active',
  reason: 'pulumi config set reason "why this step is taken now"',
  inventory: 'pulumi config set inventory PATH',
};

/**
 * Reads stack settings, inventory and former settings (`<system>.former.json` beside the inventory). Throws one
 * TeardownError with all problems of all of them (exit `configuration`). R3, R46, R57.
 */
export async function loadSettings(stack: StackSettings, projectRoot: string): Promise<Settings> {
  const blank = blankSettings(stack);
  const { stage = '', reason = '', inventory: shownAs = '' } = stack;
  if (isBlank(shownAs)) throw failure(blank);
  const path = resolve(projectRoot, shownAs);
  const reading = await readInventoryFile(path, shownAs);
  const { former, problems: formerProblems } = await formerOf(reading, path, shownAs);
  const found = [...blank, ...reading.problems, ...formerProblems];
  if (found.length > 0 || former === undefined || reading.inventory === undefined) throw failure(found);
  const loaded = describe(reading.inventory, path);
  const { inventoryDigest, plan, evidenceStore, facts } = loaded;
  const digests = { inventory: inventoryDigest, former: former.digest, program: programDigest(projectRoot) };
  const gate = {
    step: stage,
    reason,
    plan,
    evidenceStore,
    digests,
    facts,
    lookouts: lookouts(reading.inventory, former),
  };
  return { ...loaded, stage, reason, former, gate };
}

/** Former settings are looked at even beside a wrong inventory, as long as it says which system it is. */
async function formerOf(
  { inventory, sections }: Reading,
  path: string,
  shownAs: string,
): Promise<FormerReading> {
  if (sections.system === undefined) return { problems: [], former: undefined };
  const name = formerFileName(sections.system);
  const shown = join(dirname(shownAs), name);
  const reading = await readFormerFile(join(dirname(path), name), shown, sections.system);
  if (reading.former === undefined || inventory === undefined) return reading;
  const place = { file: shown, line: 1, column: 1 };
  return { ...reading, problems: compareWithInventory(reading.former, inventory, place) };
}

function blankSettings(stack: StackSettings): readonly Problem[] {
  return (['stage', 'reason', 'inventory'] as const)
    .filter((name) => isBlank(stack[name]))
    .map((name) => {
      const detail = `the stack setting "${name}" is ${stack[name] === undefined ? 'missing' : 'blank'}`;
      return problems('settings-missing', { detail, hint: settingHints[name] });
    });
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

function failure([first, ...rest]: readonly Problem[]): TeardownError | Error {
  if (first === undefined) return new Error('bug: settings without problems have a value');
  return new TeardownError([first, ...rest]);
}
