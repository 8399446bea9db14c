/** The file of a lock: read, removed, given back by a process that ends. Who may take it is decided in lock.ts. */
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Duration, shellWord, TeardownError, within } from '../diagnostics/index.ts';
import { type LockHolder, lockHolder } from './entries.ts';
import { type FileSystem, readIfThere } from './files.ts';
import { problems } from './problems.ts';
import type { EvidenceStore } from './store.ts';

/** How long one operation on the file may take. */
export const fileLimit: Duration = '60 seconds';

/** The bytes of the lock files this process wrote last, by path. */
const own = new Map<string, string>();

export function pathOf(store: EvidenceStore): string {
  return join(store.directory, 'lock.json');
}

/** Only if it still is this holder's. */
export async function removeOwn(store: EvidenceStore, holder: LockHolder): Promise<void> {
  const { fs } = store.files;
  const present = await readHolder(fs, pathOf(store));
  if (present?.id === holder.id) await remove(fs, pathOf(store));
}

export async function remove(fs: FileSystem, path: string): Promise<void> {
  await fs.unlink(path).catch(() => undefined);
}

/** For a process that ends by `process.exit` or by running dry: synchronous, because nothing else runs then. */
export function giveBackAtExit(path: string, content: string): void {
  if (own.size === 0) process.once('exit', giveBackAll);
  own.set(path, content);
}

function giveBackAll(): void {
  for (const [path, content] of own) {
    try {
      if (readFileSync(path, 'utf8') === content) unlinkSync(path);
    } catch {
      // Gone or out of reach: the next process finds its holder dead.
    }
  }
}

/** Undefined: there is no such file. Throws TeardownError `lock-damaged` for one that does not say who holds it. */
export async function readHolder(fs: FileSystem, path: string): Promise<LockHolder | undefined> {
  const bytes = await within(fileLimit, `reading ${path}`, readIfThere(fs, path));
  if (bytes === undefined) return undefined;
  try {
    return lockHolder.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const hint = `make sure that nobody works on this system, then: rm ${shellWord(path)}`;
    const problem = problems('lock-damaged', { detail: `${path} does not say who holds it`, hint });
    throw new TeardownError(problem, { cause });
  }
}
