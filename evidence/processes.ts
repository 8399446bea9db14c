import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { digest } from '../diagnostics/index.ts';
import type { LockHolder } from './entries.ts';
import { isGone, processStat, type ProcessStat } from './process-stat.ts';

/** `dead` and `alive` are proven; `unknown` means that it cannot be checked from here, and is never taken over from. */
export type Liveness = 'dead' | 'alive' | 'unknown';

/** What a lock needs to know about processes; given as an argument so that tests can kill and reboot. */
export interface Processes {
  /** The calling process, as it describes itself in a lock. */
  self(purpose: string, now: Date): Promise<LockHolder>;
  livenessOf(holder: LockHolder): Promise<Liveness>;
}

/** Where a process runs. A process number means something within one boot of one kernel and one process namespace only. */
export type Here = Pick<LockHolder, 'bootId' | 'processNamespace' | 'host' | 'machine'>;

/** What the kernel can be asked; given as an argument so that tests can hide and forget. */
export interface Kernel {
  here(): Promise<Here>;
  /** Undefined: it does not say. */
  stat(pid: number): ProcessStat | undefined;
  /** True only if no process has this number. */
  isGone(pid: number): boolean;
}

const notKnown = 'unknown';

export function processesOf(kernel: Kernel): Processes {
  return {
    async self(purpose, now) {
      return {
        id: randomUUID(),
        pid: process.pid,
        processStart: kernel.stat(process.pid)?.start ?? notKnown,
        ...(await kernel.here()),
        purpose,
        time: now.toISOString(),
      };
    },

    async livenessOf(holder) {
      const here = await kernel.here();
      if (!bothKnow('bootId', holder, here)) return 'unknown';
      if (holder.bootId !== here.bootId) return sameMachine(holder, here) ? 'dead' : 'unknown';
      const sameNamespace = same('processNamespace', holder, here);
      return sameNamespace ? livenessByNumber(holder, kernel) : 'unknown';
    },
  };
}

export const realProcesses = processesOf({ here, stat: processStat, isGone });

/** Two that do not know a fact of themselves have not got it in common: containers without a machine id, say. */
function same(fact: keyof Here, one: Here, other: Here): boolean {
  return bothKnow(fact, one, other) && one[fact] === other[fact];
}

function bothKnow(fact: keyof Here, one: Here, other: Here): boolean {
  return one[fact] !== notKnown && other[fact] !== notKnown;
}

/** Asked of a holder of another boot: if it was of this machine, the machine was started anew since. */
function sameMachine(holder: Here, here: Here): boolean {
  return same('host', holder, here) && same('machine', holder, here);
}

/** Of a holder whose number means the same here. */
function livenessByNumber({ pid, processStart }: LockHolder, kernel: Kernel): Liveness {
  const stat = kernel.stat(pid);
  if (stat === undefined) return kernel.isGone(pid) ? 'dead' : 'unknown';
  if (stat.ended) return 'dead';
  if (processStart === notKnown) return 'unknown';
  return stat.start === processStart ? 'alive' : 'dead';
}

async function here(): Promise<Here> {
  const machineId = await textOf('/etc/machine-id');
  return {
    bootId: (await textOf('/proc/sys/kernel/random/boot_id')) ?? notKnown,
    processNamespace: await readlink('/proc/self/ns/pid').catch(() => notKnown),
    host: hostname(),
    machine: machineId === undefined ? notKnown : digest(`lock of teardown: ${machineId}`),
  };
}

/** Undefined: it does not say, whether it is missing, blank or kept from us. */
async function textOf(path: string): Promise<string | undefined> {
  const text = (await readFile(path, 'utf8').catch(() => '')).trim();
  return text === '' ? undefined : text;
}
