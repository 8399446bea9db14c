import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TeardownError, within } from '../diagnostics/index.ts';
import { problems } from './problems.ts';

/** A file that is written completely and stands in no one's way until `commit` puts it in its place. */
export interface PlacedFile {
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes `text` beside `path` and onto the disk. Throws capture-not-written for whatever the file system says. */
export async function placeFile(path: string, text: string): Promise<PlacedFile> {
  const partial = `${path}.partial-${process.pid}`;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await within('30 seconds', what, work());
    } catch (cause) {
      await unlink(partial).catch(() => undefined);
      throw notWritten(path, cause);
    }
  };
  await attempt(`writing ${partial}`, async () => {
    const file = await open(partial, 'w', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });
  return {
    commit: () => attempt(`writing ${path}`, () => rename(partial, path)),
    discard: () => unlink(partial).catch(() => undefined),
  };
}

function notWritten(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  return new TeardownError(
    problems('capture-not-written', {
      detail: `${path}: ${String(cause.code)}`,
      hint: `make ${dirname(path)} writable for this user, then: teardown capture`,
    }),
    { cause },
  );
}
