import { readFile, stat } from 'node:fs/promises';
import { within } from '../diagnostics/index.ts';

/** A text file, or why there is none. `says` is a sentence without the path. */
type TextFile =
  { readonly text: string } | { readonly missing: true } | { readonly missing: false; readonly says: string };

/** Reads a UTF-8 file of at most that many MiB; everything that can be wrong with it is an answer, not an exception. */
export async function readTextFile(path: string, mebibytes: number): Promise<TextFile> {
  try {
    const facts = await within('10 seconds', `looking at ${path}`, stat(path));
    if (!facts.isFile()) return { missing: false, says: 'it is not a regular file' };
    if (facts.size > mebibytes * 1024 * 1024)
      return { missing: false, says: `it is larger than ${mebibytes} MiB (${facts.size} bytes)` };
    const bytes = await within('10 seconds', `reading ${path}`, readFile(path));
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: true };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { missing: false, says: 'it is not UTF-8 text' };
    if (code === undefined) throw error;
    return { missing: false, says: `the operating system answers ${code}` };
  }
}
