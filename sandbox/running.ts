/** What the kernel says of processes, by /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processStat } from '../evidence/index.ts';

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
  const stat = processStat(pid);
  return stat?.ended === false ? stat.start : undefined;
}

/** Everything that a process has started, and what that has started. */
export function startedBy(root: number): readonly RunningProcess[] {
  const parents = new Map(pids().map((pid) => [pid, processStat(pid)?.parent]));
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || below(parent));
  };
  return [...parents.keys()].filter(below).flatMap((pid) => {
    const started = startOf(pid);
    const command = commandOf(pid);
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

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
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
