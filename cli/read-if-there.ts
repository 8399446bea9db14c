import { readFile } from 'node:fs/promises';
import { within } from '../diagnostics/index.ts';

/** The text of a file; undefined: there is none. Throws TimedOut, and what the file system says of one that cannot be read. */
export function readIfThere(path: string): Promise<string | undefined> {
  return ifThere(path, readFile(path, 'utf8'));
}

/** What is asked of a file, with the limit and the answers of `readIfThere`. */
export async function ifThere<T>(path: string, asked: Promise<T>): Promise<T | undefined> {
  return within('10 seconds', `reading ${path}`, asked).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}
