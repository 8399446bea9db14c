import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { Problem } from '../../diagnostics/index.ts';
import { readInventory } from '../../inventory/inventory.ts';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const slicePath = 'sandbox/slice/slice-crm.inventory.yaml';
export const sliceText = readFileSync(`${projectRoot}/${slicePath}`, 'utf8');

/** Path (`modules.1.name`) -> new value; undefined removes it; one past the end of a list appends. */
export type Edits = Readonly<Record<string, unknown>>;

/** The text of the slice's inventory after some edits. */
export function edited(edits: Edits): string {
  const document = parseDocument(sliceText);
  for (const [path, value] of Object.entries(edits)) {
    const steps = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    if (value === undefined) document.deleteIn(steps);
    else document.setIn(steps, document.createNode(value));
  }
  return document.toString();
}

/** Edits that remove whole sections. */
export function without(...sections: readonly string[]): Edits {
  return Object.fromEntries(sections.map((section) => [section, undefined]));
}

/** The problems of the slice's inventory after some edits. */
export function problemsAfter(edits: Edits): readonly Problem[] {
  return readInventory(edited(edits), 'crm.inventory.yaml').problems;
}

/** Code and line:column of each problem of a text. */
export function places(text: string): readonly string[] {
  return readInventory(text, 'crm.inventory.yaml').problems.map(
    ({ code, place }) => `${code} ${place?.line ?? '?'}:${place?.column ?? '?'}`,
  );
}

export function codes(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code }) => code);
}
