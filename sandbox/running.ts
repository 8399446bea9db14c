/** What the kernel says of processes, by /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as it can be recognised later: a number alone may belong to somebody else by then. */
export interface Recognised {
  readonly pid: number;
  /** Start time in the kernel's ticks since boot (field 22 of /proc/PID/stat). */
  readonly started: string;
}

/** A process with its command line. */
export interface RunningProcess extends Recognised {
  readonly command: string;
}

/** True only for the very process that was recorded. */
export function isRunning({ pid, started }: Recognised): boolean {
  return startOf(pid) === started;
}

/** The start of a running process; undefined when it is gone or only waits to be collected by its parent. */
export function startOf(pid: number): string | undefined {
  const [state, ...fields] = statOf(pid);
  return state === 'Z' ? undefined : fields[18];
}

/** Everything that a process has started, and what that has started. */
export function startedBy(root: number): readonly RunningProcess[] {
  const parents = new Map(pids().map((pid) => [pid, Number(statOf(pid)[1])]));
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || below(parent));
  };
  return [...parents.keys()].filter(below).flatMap((pid) => {
    const started = startOf(pid);
    const command = contentOf(pid, 'cmdline').replaceAll('\0', ' ');
    return started === undefined ? [] : [{ pid, started, command }];
  });
}

/** Numbers of the processes whose working directory lies in one of these directories. */
export function workingIn(directories: readonly string[]): readonly number[] {
  return pids().filter((pid) => {
    const place = workingDirectory(pid);
    return directories.some((directory) => place === directory || place.startsWith(`${directory}/`));
  });
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Fields 3 and later of /proc/PID/stat: the second, the program's name, may hold spaces and parentheses itself. */
function statOf(pid: number): readonly (string | undefined)[] {
  const stat = contentOf(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function contentOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
