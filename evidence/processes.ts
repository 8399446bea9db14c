import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { digest } from '../diagnostics/index.ts';
import type { LockHolder } from './entries.ts';
import { errnoOf } from './files.ts';

/** `dead` and `alive` are proven; `unknown` means that it cannot be checked from here, and is treated as alive. */
export type Liveness = 'dead' | 'alive' | 'unknown';

/** What a lock needs to know about processes; given as an argument so that tests can kill and reboot. */
export interface Processes {
  /** The calling process, as it describes itself in a lock. */
  self(purpose: string, now: Date): Promise<LockHolder>;
  livenessOf(holder: LockHolder): Promise<Liveness>;
}

const notKnown = 'unknown';

export const realProcesses: Processes = {
  async self(purpose, now) {
    return {
      id: randomUUID(),
      pid: process.pid,
      processStart: (await statOf(process.pid))?.start ?? notKnown,
      ...(await here()),
      purpose,
      time: now.toISOString(),
    };
  },

  async livenessOf(holder) {
    const now = await here();
    const sameMachine = holder.host === now.host && holder.machine === now.machine;
    if (holder.bootId !== now.bootId) return sameMachine ? 'dead' : 'unknown';
    if (holder.processNamespace !== now.processNamespace) return 'unknown';
    if (now.bootId !== notKnown) return livenessInProc(holder);
    return sameMachine ? livenessBySignal(holder.pid) : 'unknown';
  },
};

/** A boot id is of one boot of one kernel; within it a process number means something in its namespace only. */
async function here(): Promise<Pick<LockHolder, 'bootId' | 'processNamespace' | 'host' | 'machine'>> {
  const machineId = await textOf('/etc/machine-id');
  return {
    bootId: (await textOf('/proc/sys/kernel/random/boot_id')) ?? notKnown,
    processNamespace: await readlink('/proc/self/ns/pid').catch(() => notKnown),
    host: hostname(),
    machine: machineId === undefined ? notKnown : digest(`lock of teardown: ${machineId}`),
  };
}

async function livenessInProc({ pid, processStart }: LockHolder): Promise<Liveness> {
  const stat = await statOf(pid);
  const alive = stat?.start === processStart && !['Z', 'X'].includes(stat.state);
  return alive ? 'alive' : 'dead';
}

/** Where there is no /proc: a number that is in use may be another process's, so only "gone" is proven. */
function livenessBySignal(pid: number): Liveness {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return errnoOf(error) === 'ESRCH' ? 'dead' : 'alive';
  }
}

/** State and start time of a process (fields 3 and 22 of /proc/PID/stat); undefined if there is no such process. */
async function statOf(pid: number): Promise<{ state: string; start: string } | undefined> {
  const line = await textOf(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

async function textOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errnoOf(error))) return '';
    throw error;
  });
  return text.trim() === '' ? undefined : text.trim();
}
