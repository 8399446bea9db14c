import { readFile } from 'node:fs/promises';
import { within } from '../diagnostics/index.ts';

/** The text of a file; undefined: there is none. Throws TimedOut, and what the file system says of one that cannot be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return within('10 seconds', `reading ${path}`, readFile(path, 'utf8')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}
