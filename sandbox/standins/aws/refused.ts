import { TeardownError } from '../../../diagnostics/index.ts';
import { problems } from '../problems.ts';

/** What the real provider, or this stand-in, does not do. */
export function refused(what: string, why: string): TeardownError {
  const hint = 'change the program';
  return new TeardownError(problems('standin-refused', { detail: `${what}: ${why}`, hint }));
}
