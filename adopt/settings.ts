import type { Json } from '../diagnostics/index.ts';
import { type Findings, wrong } from './findings.ts';
import { problems } from './problems.ts';

/** Undefined for what is empty: the provider takes an empty setting for one that is left out. */
export function filled<T>(value: T | undefined | null): T | undefined {
  if (value === undefined || value === null) return undefined;
  const empty = typeof value === 'object' ? Object.keys(value).length === 0 : value === '';
  return empty ? undefined : value;
}

/** As plain JSON, without what is undefined. */
export function settled(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(inputs)) as Readonly<Record<string, Json>>;
}

/** Tags that AWS writes itself cannot be set by anybody else. */
export function ownTags(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  return filled(Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:'))));
}

/**
 * Settings of a live thing that say something and are not `known`: the first update would lose them, or the state hold them (the
 * environment of a function is where passwords are). Their names are reported, never their values.
 */
export function unkept(what: string, live: object, known: readonly string[]): Findings {
  const names = Object.entries(live).flatMap(([name, value]) =>
    known.includes(name) || isSilent(value) ? [] : [name],
  );
  if (names.length === 0) return wrong();
  const detail = `${what} has ${names.join(', ')}`;
  const hint = `take it out of the inventory and close ${what} by hand`;
  return wrong(problems('capture-setting-not-kept', { detail, hint }));
}

function isSilent(value: unknown): boolean {
  if (value instanceof Date) return false;
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSilent);
  return value === undefined || value === null || value === '' || value === false || value === 0;
}
