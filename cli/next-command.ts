import type { Check, Problem } from '../diagnostics/index.ts';
import type { Move, Refusal } from '../lifecycle/index.ts';
import { refusedMove } from './moves.ts';
import type { Recovery } from './recovery.ts';

export interface StandingLock {
  readonly of: 'evidence store' | 'stack';
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly liveness: 'alive' | 'dead' | 'unknown';
}

/** All that decides what is to be run. */
export interface Known {
  readonly captured: boolean;
  /** The stack setting `stage`. */
  readonly configured: string;
  /** What the gate of the move that is due would say. */
  readonly checks: readonly Check[];
  readonly locks: readonly StandingLock[];
  readonly move: Move | Refusal | undefined;
  readonly frozen: boolean;
  /** Why a run would be refused, whatever it is for. */
  readonly against: readonly Problem[];
  readonly recovery: Recovery;
}

/** What to run now, what stands in the way first; null when nothing is left to do. */
export function nextCommand(known: Known): string | null {
  const { captured, configured, checks, locks, move, frozen, against, recovery } = known;
  const busy = locks.find(({ liveness }) => liveness === 'alive');
  if (busy) return `ps -o pid,etime,args -p ${busy.pid}`;
  // It clears what is dead; of what cannot be checked from here it says where to look.
  if (locks.length > 0) return 'teardown unlock';
  if (frozen) return 'teardown unfreeze --as NAME --reason TEXT';
  if (against[0]) return against[0].hint;
  const { commands, finish } = recovery;
  if (move === undefined) return commands.length > 0 ? [...commands, 'pulumi up'].join(' && ') : null;
  if (!captured) return 'teardown capture';
  if ('refused' in move) return refusedMove(move).hint;
  const missing = checks.find(({ verdict, hint }) => verdict !== 'passed' && hint !== '');
  if (missing && finish === null) return missing.hint;
  const step = finish ?? move.to;
  const set = configured === step ? [] : [`pulumi config set stage ${step}`];
  return [...commands, ...set, 'pulumi up'].join(' && ');
}
