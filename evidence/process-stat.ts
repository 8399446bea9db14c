/** What the kernel says of one process; the only reader of /proc/PID/stat. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { errnoOf } from './files.ts';

/** Of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, fields 2, 3, 4 and 22. */
export interface ProcessStat {
  /** Of its name the first 15 letters. */
  readonly program: string;
  /** True: it has ended, and only waits to be collected by its parent. */
  readonly ended: boolean;
  readonly parent: number;
  /** When it began, in clock ticks since boot: tells it from a later process of the same number. */
  readonly start: string;
}

/**
 * Undefined: nothing can be told from here. Either there is no such process, or no /proc, or it hides the processes of other users
 * (its mount option hidepid): which of them, {@link isGone} tells.
 */
export function processStat(pid: number): ProcessStat | undefined {
  return processStatIn(statLine(pid));
}

/** The parts of a line of /proc/PID/stat; undefined for one that is cut off. */
export function processStatIn(line: string): ProcessStat | undefined {
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  const [state, parent, start] = [fields[0], fields[1], fields[19]];
  if (end === -1 || state === undefined || start === undefined) return undefined;
  const program = line.slice(line.indexOf('(') + 1, end);
  return { program, ended: ['Z', 'X'].includes(state), parent: Number(parent), start };
}

/** True only if the kernel says that no process has this number; it says so of hidden processes, too. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

function statLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
