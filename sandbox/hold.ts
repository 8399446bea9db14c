import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { layoutOf } from './layout.ts';
import { isRunning, startOf } from './servers/index.ts';

interface Holder {
  readonly pid: number;
  readonly started: string;
}

/**
 * Claims a sandbox for this process, so that a second demo or test run takes another one instead of pulling this one down.
 * False when a living process holds it; the claim of a dead one counts for nothing.
 */
export function hold(name: string): boolean {
  const file = layoutOf(name).holder;
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' };
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder?.pid === mine.pid) return true;
    if (holder && isRunning(holder)) return false;
    rmSync(file, { force: true });
  }
}

/** Gives up the claim of this process; anybody else's stays. */
export function letGo(name: string): void {
  const file = layoutOf(name).holder;
  if (holderOf(file)?.pid === process.pid) rmSync(file, { force: true });
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
