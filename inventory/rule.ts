import type { Path } from './positions.ts';
import type { ProblemCode } from './problems.ts';
import type { Inventory } from './schema.ts';

/** What a rule found: the place is a path in the inventory, which the caller turns into line and column. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly detail: string;
  readonly hint: string;
}

export type Section = keyof Inventory;

export interface Rule {
  /** What holds in a good inventory, as a sentence. */
  readonly name: string;
  readonly check: (sections: Partial<Inventory>) => readonly Finding[];
}

/** A rule runs when all sections it reads have the right shape, whatever is wrong with the others. */
export function rule<const S extends Section>(
  name: string,
  reads: readonly S[],
  check: (inventory: Pick<Inventory, S>) => readonly Finding[],
): Rule {
  const readable = (sections: Partial<Inventory>): sections is Partial<Inventory> & Pick<Inventory, S> =>
    reads.every((section) => section in sections);
  return { name, check: (sections) => (readable(sections) ? check(sections) : []) };
}

/** A text of the inventory and where it stands. */
export interface Located {
  readonly text: string;
  readonly path: Path;
}

/** One field of each entry of a list that has it, with its path. */
export function each<K extends string>(
  list: Path,
  entries: readonly Readonly<Partial<Record<K, string | undefined>>>[],
  key: K,
): readonly Located[] {
  return entries.flatMap((entry, i) => {
    const text = entry[key];
    return text === undefined ? [] : [{ text, path: [...list, i, key] }];
  });
}

/** As `each`, for a field that is a list itself. */
export function eachOf<K extends string>(
  list: Path,
  entries: readonly Readonly<Record<K, readonly string[]>>[],
  key: K,
): readonly Located[] {
  return entries.flatMap((entry, i) => entry[key].map((text, j) => ({ text, path: [...list, i, key, j] })));
}

/** Every text that stood earlier in the list already. */
export function repeated(all: readonly Located[]): readonly Located[] {
  return all.filter(({ text }, i) => all.findIndex((other) => other.text === text) < i);
}
