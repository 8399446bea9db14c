import { readFileSync } from 'node:fs';

/** A process as it can be recognised later: a number alone may belong to somebody else by then. */
export interface Recognised {
  readonly pid: number;
  /** Start time in the kernel's ticks since boot (field 22 of /proc/PID/stat). */
  readonly started: string;
}

/** True only for the very process that was recorded. */
export function isRunning(record: Recognised): boolean {
  return startOf(record.pid) === record.started;
}

/** The start of a running process; undefined when it is gone or only waits to be collected by its parent. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
