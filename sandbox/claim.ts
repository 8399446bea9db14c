import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, type Recognised, startOf } from './running.ts';

/**
 * Claims a file for this process: undefined if it has it now, else the living process that has it. The claim of a dead one counts
 * for nothing. Throws what the file system says.
 */
export function claim(file: string): Recognised | undefined {
  const mine: Recognised = { pid: process.pid, started: startOf(process.pid) ?? '' };
  mkdirSync(dirname(file), { recursive: true });
  // Whole or not at all: a claim that is being written must not be taken for one that nobody has.
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(mine));
  try {
    for (;;) {
      if (linked(whole, file)) return undefined;
      const holder = holderOf(file);
      if (holder?.pid === mine.pid) return undefined;
      if (holder && isRunning(holder)) return holder;
      const other = removeDead(file);
      if (other) return other;
    }
  } finally {
    rmSync(whole, { force: true });
  }
}

/**
 * Removes the claim of a dead process; undefined, or the living process that is about to. One at a time: whoever looked before and
 * removes after another would remove that one's claim.
 */
function removeDead(file: string): Recognised | undefined {
  const turn = `${file}.dead`;
  const other = claim(turn);
  if (other) return other;
  try {
    const holder = holderOf(file);
    if (!holder || !isRunning(holder)) rmSync(file, { force: true });
  } finally {
    giveUp(turn);
  }
  return undefined;
}

/** Gives up the claim of this process; anybody else's stays. */
export function giveUp(file: string): void {
  if (holderOf(file)?.pid === process.pid) rmSync(file, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file: string): Recognised | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Recognised;
  } catch {
    return undefined;
  }
}
