import type { Refusal } from './transition.ts';

const reasons: Readonly<Record<Refusal['refused'], string>> = {
  'unknown-step': 'there is no such step',
  'not-in-plan': 'this system has no such step, or it is merged into a later one',
  'must-start-at-active': 'a new stack starts at active',
  'position-not-in-plan': 'the step the system stands at is not in the plan of the inventory any more',
  'step-not-reached': 'the present step was entered and not reached yet',
  'skips-a-step': 'one step forward at a time',
  'no-way-back': 'a delete was recorded; only the archive leads back',
};

/** Nothing is allowed only where the plan has lost the present step. */
const undoInventory = "git log -p -- '*.inventory.yaml' (undo the change that took the step out of the plan)";

/** A refused move in words: what was asked for and why not, and the command that sets what is allowed instead. */
export function explain({ refused, from, wanted, allowed }: Refusal): {
  readonly detail: string;
  readonly hint: string;
} {
  return {
    detail: `from ${from ?? 'a new stack'} to "${wanted}": ${reasons[refused]}`,
    hint: allowed === undefined ? undoInventory : `pulumi config set stage ${allowed}`,
  };
}
