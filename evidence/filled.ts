import { type Problem, TeardownError } from '../diagnostics/index.ts';

/** What a person has to write, such as a name or a reason, without blanks around it. Throws `blank` if nothing is there. */
export function filled(value: string, blank: () => Problem): string {
  const trimmed = value.trim();
  if (trimmed === '') throw new TeardownError(blank());
  return trimmed;
}
