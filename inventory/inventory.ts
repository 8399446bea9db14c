import { dirname, join, resolve } from 'node:path';
import { digest, type Duration, type Problem, TeardownError } from '../diagnostics/index.ts';
import { planOf, type Step, type Wave } from '../lifecycle/index.ts';
import { readTextFile } from './files.ts';
import { inventoryProblems } from './issues.ts';
import { membersOf } from './members.ts';
import { mergesOf } from './merges.ts';
import { type Fault, parseYaml, type Source } from './positions.ts';
import { problems } from './problems.ts';
import { rules } from './rules.ts';
import { type Inventory, inventorySchema } from './schema.ts';

/** A notice: a calendar date and how long before read-only it has to be. */
interface NoticeFact {
  readonly to: string;
  readonly sent: string;
  readonly leadTime: Duration;
}

/** What the first gate judges; plain data, so that it can be a resource input. */
export interface Facts {
  readonly unknownFeatures: readonly string[];
  /** Empty: nobody was told. */
  readonly notices: readonly NoticeFact[];
}

export interface LoadedInventory {
  readonly inventory: Inventory;
  /** SHA-256 of the canonical value: comments, order of keys and layout do not count. */
  readonly inventoryDigest: string;
  readonly members: ReadonlySet<Wave>;
  readonly plan: readonly Step[];
  readonly facts: Facts;
  /** Absolute path of the evidence store's directory. */
  readonly evidenceStore: string;
  /** Absolute. The former settings need not exist yet. */
  readonly paths: { readonly inventory: string; readonly former: string };
}

/** What could be read of an inventory: all problems, and the sections that have the right shape. */
export interface Reading {
  readonly problems: readonly Problem[];
  readonly sections: Partial<Inventory>;
  /** Undefined if there is any problem. */
  readonly inventory: Inventory | undefined;
}

/** Reads an inventory from its text. `file` is the path shown in problems. Never throws for bad input. */
export function readInventory(text: string, file: string): Reading {
  const source = parseYaml(text, file);
  if (!('value' in source)) return unreadable(source.map(faultProblem));
  const parsed = inventorySchema.safeParse(source.value);
  const sections = readableSections(source.value);
  const found = [
    ...(parsed.success ? [] : inventoryProblems(parsed.error.issues, source, inventorySchema)),
    ...ruleProblems(sections, source),
  ].sort(byPlace);
  return {
    problems: found,
    sections,
    inventory: parsed.success && found.length === 0 ? parsed.data : undefined,
  };
}

/**
 * Loads an inventory alone, as `teardown capture` does before there are former settings. `shownAs` is the path as
 * the user gave it. Throws a TeardownError with all problems (exit `configuration`).
 */
export async function loadInventory(path: string, shownAs = path): Promise<LoadedInventory> {
  const { inventory, problems: found } = await readInventoryFile(path, shownAs);
  const [first, ...rest] = found;
  if (first !== undefined) throw new TeardownError([first, ...rest]);
  if (inventory === undefined) throw new Error('bug: an inventory without problems has a value');
  return describe(inventory, resolve(path));
}

/** People write it; more than this is not one. */
const mostMebibytes = 4;

export async function readInventoryFile(path: string, shownAs: string): Promise<Reading> {
  const file = await readTextFile(path, mostMebibytes);
  if ('text' in file) return readInventory(file.text, shownAs);
  const place = { file: shownAs, line: 1, column: 1 };
  if (file.missing) {
    const hint =
      'pulumi config set inventory PATH, relative to the project, such as sandbox/slice/slice-crm.inventory.yaml';
    return unreadable([problems('inventory-missing', { detail: `${shownAs} does not exist`, hint, place })]);
  }
  const hint = 'make it a readable YAML text file, or point the stack setting "inventory" at one';
  return unreadable([problems('inventory-unreadable', { detail: `${shownAs}: ${file.says}`, hint, place })]);
}

/** Everything that follows from a valid inventory at an absolute path. */
export function describe(inventory: Inventory, path: string): LoadedInventory {
  const members = membersOf(inventory);
  const directory = dirname(path);
  return {
    inventory,
    inventoryDigest: digest(inventory),
    members,
    plan: planOf(members, mergesOf(inventory.together)),
    facts: factsOf(inventory),
    evidenceStore: resolve(directory, inventory.evidenceStore),
    paths: {
      inventory: path,
      former: join(directory, formerFileName(inventory.system)),
    },
  };
}

export function formerFileName(system: string): string {
  return `${system}.former.json`;
}

function factsOf({ features, notices, timing }: Inventory): Facts {
  return {
    unknownFeatures: Object.entries(features)
      .filter(([, state]) => state === 'unknown')
      .map(([name]) => name),
    notices: notices.map(({ to, sent }) => ({ to, sent, leadTime: timing.notice })),
  };
}

function unreadable(found: readonly Problem[]): Reading {
  return { problems: found, sections: {}, inventory: undefined };
}

/** The top-level sections whose own shape is right. A missing optional one is among them, with the value undefined. */
function readableSections(value: unknown): Partial<Inventory> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const record = value as Readonly<Record<string, unknown>>;
  const entries = Object.entries(inventorySchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(Object.hasOwn(record, name) ? record[name] : undefined);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries);
}

function ruleProblems(sections: Partial<Inventory>, source: Source): Problem[] {
  return rules
    .flatMap((rule) => rule.check(sections))
    .map(({ code, path, detail, hint }) => problems(code, { detail, hint, place: source.placeOf(path) }));
}

const faultHints: Readonly<Record<Fault['kind'], string>> = {
  empty: 'write the inventory; sandbox/world/acme-crm.inventory.yaml is an example',
  syntax: 'correct the YAML at this place',
  'duplicate-key': 'remove one of the two',
  alias: 'write the value out where it is used',
  'unknown-key': 'remove the key',
};

function faultProblem({ kind, says, place }: Fault): Problem {
  const code = kind === 'syntax' ? 'inventory-not-yaml' : (`inventory-${kind}` as const);
  return problems(code, { detail: says, hint: faultHints[kind], place });
}

function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
