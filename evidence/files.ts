import { randomUUID } from 'node:crypto';
import * as nodeFileSystem from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, TeardownError } from '../diagnostics/index.ts';
import { problems } from './problems.ts';

/** The file functions a store uses; given as an argument so that a test can fill the disk or break it. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  'open' | 'link' | 'unlink' | 'rename' | 'readFile' | 'readdir' | 'mkdir'
>;

export const realFileSystem: FileSystem = nodeFileSystem;

const partialPrefix = '.partial-';

/** A file that a crash left behind; never read. */
function isPartial(name: string): boolean {
  return name.startsWith(partialPrefix);
}

export function partialIn(directory: string): string {
  return join(directory, `${partialPrefix}${randomUUID()}`);
}

/**
 * Writes a file that must not exist yet: all bytes into a partial file, fsync, then `link` to the final name, which
 * the file system refuses if the name is taken. Nobody ever sees half a file. False if the name was taken.
 * `mode` defaults to read-only for all. Throws TeardownError (exit `evidence`) for whatever the file system says.
 */
export async function writeOnce(fs: FileSystem, path: string, bytes: string, mode = 0o444): Promise<boolean> {
  const partial = partialIn(dirname(path));
  try {
    await writePartial(fs, partial, bytes, mode);
    return await linkOnce(fs, partial, path);
  } catch (error) {
    throw writeFailure(error, path);
  } finally {
    await fs.unlink(partial).catch(() => undefined);
  }
}

async function linkOnce(fs: FileSystem, partial: string, path: string): Promise<boolean> {
  try {
    await fs.link(partial, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw linkFailure(error, path);
  }
  await syncDirectory(fs, dirname(path));
  return true;
}

/** Writes and flushes a file under its temporary name. */
export async function writePartial(
  fs: FileSystem,
  partial: string,
  bytes: string,
  mode: number,
): Promise<void> {
  const handle = await fs.open(partial, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes names written to a directory durable. */
export async function syncDirectory(fs: FileSystem, directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, undefined if it is not there. Throws TeardownError if it cannot be read. */
export async function readIfThere(fs: FileSystem, path: string): Promise<Uint8Array | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw readFailure(error, path);
  }
}

/** The names in a directory of the store without leftovers of crashes. A missing directory throws. */
export async function namesIn(fs: FileSystem, directory: string): Promise<string[]> {
  try {
    return (await fs.readdir(directory)).filter((name) => !isPartial(name)).sort();
  } catch (error) {
    throw readFailure(error, directory);
  }
}

export function errnoOf(error: unknown): string {
  // Structural, because an error of Node's own need not be an instance of this realm's Error.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** What a failed write means for the person who waits: full, read-only, gone, or a failing disk. */
export function writeFailure(error: unknown, path: string): TeardownError {
  if (error instanceof TeardownError) return error;
  const errno = errnoOf(error);
  const detail = `writing ${path} failed: ${errno || String(error)}`;
  return new TeardownError(writeProblem(errno, detail, path), { cause: error });
}

function writeProblem(errno: string, detail: string, path: string): Problem {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return problems('evidence-store-full', { detail, hint: `df ${dirname(path)}` });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return problems('evidence-store-read-only', { detail, hint: `ls -ld ${dirname(path)}` });
    case 'ENOENT':
      return problems('evidence-store-missing', { detail, hint: `ls -ld ${dirname(path)}` });
    case 'ENOTDIR':
    case 'EEXIST':
      return problems('evidence-not-a-store', { detail, hint: `ls -ld ${path}` });
    default:
      return problems('evidence-store-failed', { detail, hint: `df ${dirname(path)}` });
  }
}

function linkFailure(error: unknown, path: string): TeardownError {
  const errno = errnoOf(error);
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errno)) return writeFailure(error, path);
  const detail = `linking ${path} failed: ${errno}; writing once needs hard links`;
  const hint = 'put evidenceStore in the inventory on a file system such as ext4, xfs or apfs';
  return new TeardownError(problems('evidence-store-no-links', { detail, hint }), { cause: error });
}

/** What a failed read means: missing, no directory, no right, or a failing disk. */
function readFailure(error: unknown, path: string): TeardownError {
  if (error instanceof TeardownError) return error;
  const errno = errnoOf(error);
  const detail = `reading ${path} failed: ${errno || String(error)}`;
  const hint = `ls -ld ${path}`;
  return new TeardownError(problems(readCode(errno), { detail, hint }), { cause: error });
}

function readCode(errno: string) {
  switch (errno) {
    case 'ENOENT':
      return 'evidence-store-missing';
    case 'ENOTDIR':
      return 'evidence-not-a-store';
    case 'EISDIR':
      return 'evidence-store-damaged';
    case 'EACCES':
    case 'EPERM':
      return 'evidence-store-unreadable';
    default:
      return 'evidence-store-failed';
  }
}
