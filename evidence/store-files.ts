import { join, resolve } from 'node:path';
import { type Duration, TeardownError } from '../diagnostics/index.ts';
import { type FileSystem, realFileSystem } from './files.ts';
import type { LedgerPlace } from './ledger.ts';
import { problems } from './problems.ts';

/** `read` for previews and status: writes nothing at all. `write` also tries, once, that the store can be written. */
export type StoreMode = 'read' | 'write';

export interface StoreFiles {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly mode: StoreMode;
  readonly now: () => Date;
}

export interface StoreOptions {
  /** The system that the caller works on; another one's store is refused. */
  readonly system?: string;
  /** @default 'write' */
  readonly mode?: StoreMode;
  readonly fs?: FileSystem;
  readonly now?: () => Date;
}

/** How long one operation on a store may take. */
export const storeLimit: Duration = '60 seconds';

/** The directories of a store. */
export const rooms = ['attestations', 'ledger', 'names'] as const;

export function ledgerPlace({ fs, directory, now }: StoreFiles, system: string): LedgerPlace {
  return { fs, directory: join(directory, 'ledger'), system, now };
}

export function filesOf(
  directory: string,
  mode: StoreMode,
  { fs = realFileSystem, now = () => new Date() }: Pick<StoreOptions, 'fs' | 'now'>,
): StoreFiles {
  return { fs, directory: resolve(directory), mode, now };
}

/** Throws if the store was opened for reading: a preview that writes is a fault of ours. */
export function requireWritable({ mode, directory }: StoreFiles, what: string): void {
  if (mode === 'write') return;
  const detail = `${what} in ${directory}`;
  throw new TeardownError(problems('evidence-opened-for-reading', { detail, hint: 'report this as a bug' }));
}
