import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { digest, TeardownError } from '../diagnostics/index.ts';
import { problems } from './problems.ts';

const files = ['index.ts', 'Pulumi.yaml', 'package-lock.json'];
const rooms = [
  'diagnostics',
  'lifecycle',
  'inventory',
  'stacks',
  'components',
  'sdk',
  'provider',
  'connectors',
  'evidence',
];

/**
 * The source files that decide what a run does, relative to the project root with `/`, sorted. Not among them: stack
 * settings (`stacks/Pulumi.<stack>.yaml`), which an intent holds by value, and hidden files.
 */
export function programFiles(projectRoot: string): readonly string[] {
  const atRoot = listing(projectRoot, '.', false).filter((name) => files.includes(name));
  const inRooms = rooms.flatMap((room) => listing(projectRoot, room, true).map((name) => `${room}/${name}`));
  return [...atRoot, ...inRooms.filter((name) => !isLeftOut(name))].sort();
}

/**
 * SHA-256 over names and contents of `programFiles`, part of every intent. Synchronous: a hundred
 * small files are read in half the time that promises need. Throws a TeardownError if one cannot be read.
 */
export function programDigest(projectRoot: string): string {
  const names = programFiles(projectRoot);
  return digest(Object.fromEntries(names.map((name) => [name, digest(read(projectRoot, name))])));
}

function isLeftOut(name: string): boolean {
  return /(^|\/)\./.test(name) || /^stacks\/Pulumi\.[^/]+\.yaml$/.test(name);
}

/** Paths of all that is no directory, relative to `name`; a directory that does not exist has none. */
function listing(projectRoot: string, name: string, recursive: boolean): readonly string[] {
  const root = join(projectRoot, name);
  try {
    return readdirSync(root, { recursive, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(name, error);
  }
}

/** Follows symbolic links: what counts is the content that would run. A link to a directory is refused. */
function read(projectRoot: string, name: string): Uint8Array {
  try {
    return readFileSync(join(projectRoot, name));
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const detail = `${name}: the operating system answers ${code}`;
  const hint = 'make it a readable regular file, or remove it: an approval covers every source file';
  return new TeardownError(problems('settings-program-unreadable', { detail, hint }), { cause });
}
