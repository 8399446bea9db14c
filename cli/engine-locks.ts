import { readdir, readFile, unlink } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { within } from '../diagnostics/index.ts';
import { isGone, type Liveness, processStat } from '../evidence/index.ts';
import { readIfThere } from './read-if-there.ts';
import { project } from './stack.ts';

/** A lock that a Pulumi engine left on a stack in a file backend. */
export interface EngineLock {
  readonly path: string;
  readonly id: string;
  readonly pid: number;
  /** Empty: the lock does not say who holds it. */
  readonly host: string;
  /** ISO time. */
  readonly time: string;
  readonly liveness: Liveness;
}

/** What a file backend keeps: https://github.com/pulumi/pulumi, pkg/backend/diy/lock.go. */
const lockContent = z.object({ pid: z.int(), hostname: z.string(), timestamp: z.string() });

/**
 * The directory of a file backend: PULUMI_BACKEND_URL, else where the user is logged in. Undefined for any other kind
 * of backend: its locks are asked for and lifted by `pulumi cancel`.
 */
export async function fileBackend(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const url = filled(environment.PULUMI_BACKEND_URL) ?? (await currentLogin(environment)) ?? '';
  if (!url.startsWith('file://')) return undefined;
  const rest = url.slice('file://'.length).replace(/\?.*$/, '');
  if (rest === '~' || rest.startsWith('~/')) return join(environment.HOME ?? homedir(), rest.slice(1));
  return rest.startsWith('/') ? fileURLToPath(`file://${rest}`) : rest;
}

/** To the engine a variable that is set to nothing is not set: pkg/workspace/creds.go, sdk/go/common/util/pulumihome. */
function filled(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable;
}

async function currentLogin(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const home = filled(environment.PULUMI_HOME) ?? join(environment.HOME ?? homedir(), '.pulumi');
  const text = await readIfThere(join(home, 'credentials.json'));
  const parsed = z.object({ current: z.string().optional() }).safeParse(json(text ?? '{}'));
  return parsed.success ? parsed.data.current : undefined;
}

/**
 * All locks of a stack. One that cannot be understood counts as held by somebody who cannot be checked. To the engine every file in
 * the directory is a lock, whatever its name, such as the half of one that a full disk has left; `.attrs` belong to the file
 * before.
 */
export async function engineLocks(backend: string, stack: string): Promise<readonly EngineLock[]> {
  const directory = join(backend, '.pulumi', 'locks', 'organization', project, stack);
  const names = await within('10 seconds', `listing ${directory}`, readdir(directory)).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    },
  );
  const locks = names
    .filter((name) => !name.endsWith('.attrs'))
    .sort()
    .map((name) => readLock(join(directory, name), name.replace(/\.json$/, '')));
  return (await Promise.all(locks)).filter((lock) => lock !== undefined);
}

async function readLock(path: string, id: string): Promise<EngineLock | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = lockContent.safeParse(json(text));
  if (!parsed.success) return { path, id, pid: 0, host: '', time: '', liveness: 'unknown' };
  const { pid, hostname: host, timestamp: time } = parsed.data;
  return { path, id, pid, host, time, liveness: await livenessOf(pid, host, time) };
}

/** What the engine's process is called, wherever it is installed. */
const engineProgram = 'pulumi';

/**
 * Is the process that wrote a lock still there? Another machine cannot be asked: unknown. A process that began after the lock was
 * written only has the same number, unless it is an engine: when a process began is told by the clock of now, and a lock by that
 * of then, so a clock that was set ahead makes every living engine look younger than its lock.
 */
export async function livenessOf(pid: number, host: string, time: string): Promise<Liveness> {
  if (host !== hostname() || !Number.isInteger(pid) || pid < 1 || Number.isNaN(Date.parse(time)))
    return 'unknown';
  if (isGone(pid)) return 'dead';
  const stat = processStat(pid);
  if (stat?.ended === true) return 'dead';
  const began = stat && (await momentOf(stat.start));
  const slack = 5_000;
  const another = began !== undefined && began > Date.parse(time) + slack;
  return another && stat?.program !== engineProgram ? 'dead' : 'alive';
}

/** Milliseconds since 1970 of a moment in clock ticks since boot; undefined where the kernel does not say when that was. */
async function momentOf(ticks: string): Promise<number | undefined> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const booted = /^btime (\d+)$/m.exec(text)?.[1];
  const ticksPerSecond = 100;
  return booted === undefined ? undefined : (Number(booted) + Number(ticks) / ticksPerSecond) * 1000;
}

/** Each lock is a file of its own name, so that exactly the lock that was judged goes. */
export async function removeEngineLock({ path }: EngineLock): Promise<void> {
  await within('10 seconds', `removing ${path}`, unlink(path)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
