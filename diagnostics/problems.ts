import type { ExitName } from './exit-codes.ts';

/** Where in a file a problem is: path as the user gave it, line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * One thing that is wrong. `summary` is constant for its code, so that readers learn to recognise it;
 * `detail` holds the offending value; `hint` is a command to run or the change to make.
 */
export interface Problem {
  readonly code: string;
  readonly exit: ExitName;
  readonly summary: string;
  readonly detail: string;
  readonly hint: string;
  readonly place?: Place;
}

/** All problems of one run; the first one decides the exit code. */
export class TeardownError extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: Problem | readonly [Problem, ...Problem[]], options?: { cause?: unknown }) {
    const all = 'code' in problems ? ([problems] as const) : problems;
    super(all.map(render).join('\n'), options);
    this.name = 'TeardownError';
    this.problems = all;
  }
}

type Details = Omit<Problem, 'code' | 'summary' | 'exit'>;

/**
 * Declares the problems of one room: code -> constant summary and exit code.
 * The result makes a Problem from a code and its details: `problems('inventory-missing', { detail, hint })`.
 */
export function defineProblems<const Code extends string>(
  table: Record<Code, { readonly summary: string; readonly exit: ExitName }>,
): (code: Code, details: Details) => Problem {
  return (code, details) => ({ code, ...table[code], ...details });
}

/** `code: summary`, then place, detail and the HINT line, as every renderer for people shows a problem. */
export function render(problem: Problem): string {
  const { place } = problem;
  const where = place ? ` (${place.file}:${place.line}:${place.column})` : '';
  return `${problem.code}: ${problem.summary}${where}\n  ${problem.detail}\n  HINT: ${problem.hint}`;
}
