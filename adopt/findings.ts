import { type Problem, TeardownError } from '../diagnostics/index.ts';
import type { FormerResource } from '../inventory/index.ts';
import { problems } from './problems.ts';

/** What was found of one part of the inventory: settings by logical name, what is not there, what is wrong. */
export interface Findings {
  readonly resources: Readonly<Record<string, FormerResource>>;
  readonly absent: readonly string[];
  readonly problems: readonly Problem[];
}

export function found(resources: Findings['resources']): Findings {
  return { resources, absent: [], problems: [] };
}

export function wrong(...problems: readonly Problem[]): Findings {
  return { resources: {}, absent: [], problems };
}

export function merge(all: readonly Findings[]): Findings {
  return {
    resources: Object.assign({}, ...all.map(({ resources }) => resources)) as Findings['resources'],
    absent: all.flatMap(({ absent }) => absent),
    problems: all.flatMap((findings) => findings.problems),
  };
}

/** Runs all readers, one after the other; what one of them cannot reach does not keep the others from looking. */
export async function gather(readers: readonly (() => Promise<Findings>)[]): Promise<Findings> {
  const all: Findings[] = [];
  for (const reader of readers) {
    try {
      all.push(await reader());
    } catch (error) {
      if (!(error instanceof TeardownError)) throw error;
      all.push(wrong(...error.problems));
    }
  }
  return merge(all);
}

/** Something the inventory names is not there. `what` says it as the inventory does. */
export function missing(what: string, where: string): Findings {
  const detail = `${what} is not ${where}`;
  return wrong(
    problems('capture-absent', { detail, hint: 'correct the name in the inventory, or leave the entry out' }),
  );
}
