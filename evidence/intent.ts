import { digest } from '../diagnostics/index.ts';
import type { Move } from '../lifecycle/index.ts';

/** What an approval signs besides the move itself; each digest is SHA-256 in hex. */
export interface IntentBase {
  readonly system: string;
  /** The stack's `reason` setting. */
  readonly reason: string;
  readonly digests: { readonly inventory: string; readonly former: string; readonly program: string };
}

/**
 * The intent: one digest over inventory, former settings, stack settings, program, step and attempt.
 * Whatever of it changes after an approval makes that approval one of something else.
 */
export function intentOf(base: IntentBase, move: Pick<Move, 'to' | 'attempt'>): string {
  const { system, reason, digests } = base;
  const { inventory, former, program } = digests;
  const { to: step, attempt } = move;
  return digest({ version: 1, system, reason, step, attempt, inventory, former, program });
}
