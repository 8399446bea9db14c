import { exitCodes, TeardownError } from '../diagnostics/index.ts';
import { explainFile } from './file-problem.ts';

/** Prints what is wrong and returns the exit code. Throws what is none of ours: a fault of this tool shows where it is. */
export function complain(error: unknown): number {
  const known = explainFile(error);
  if (!(known instanceof TeardownError)) throw error;
  process.stderr.write(`${known.message}\n`);
  return exitCodes[known.problems[0].exit];
}
