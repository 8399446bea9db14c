import { claim, giveUp } from './claim.ts';
import { layoutOf } from './layout.ts';

/**
 * Claims a sandbox for this process, so that a second demo or test run takes another one instead of pulling this one down.
 * False when a living process holds it; the claim of a dead one counts for nothing.
 */
export function hold(name: string): boolean {
  return claim(layoutOf(name).holder) === undefined;
}

/** Gives up the claim of this process; anybody else's stays. */
export function letGo(name: string): void {
  giveUp(layoutOf(name).holder);
}
