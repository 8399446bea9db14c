import { isStep, type Step } from './steps.ts';

/** Where a system stands: the step the gate last let it into, and whether verification recorded it as reached. */
export interface Position {
  readonly step: Step;
  readonly reached: boolean;
  /** Counts from 1; a move back starts the next attempt, and evidence belongs to an attempt. */
  readonly attempt: number;
  /** How it was entered: a half-finished step is finished in the same direction. */
  readonly entered: Entry;
  /** True once the ledger holds a delete of this system: from then on there is no way back. */
  readonly deleteStarted: boolean;
}

/** How a step is entered: by a new stack, from the step before it, or from a later one. */
export type Entry = 'start' | 'forward' | 'back';

/** start: a new stack; stay: the same step again (also to finish it); forward and back as they say. */
export type Direction = Entry | 'stay';

export interface Move {
  readonly from: Step | undefined;
  readonly to: Step;
  readonly direction: Direction;
  /** As `direction`, but for `stay` the way by which the step was entered. */
  readonly entered: Entry;
  readonly attempt: number;
}

/** A refused move: which rule it breaks, and the step that is allowed instead, if one is. */
export interface Refusal {
  readonly refused:
    | 'unknown-step'
    | 'not-in-plan'
    | 'must-start-at-active'
    | 'position-not-in-plan'
    | 'step-not-reached'
    | 'skips-a-step'
    | 'no-way-back';
  readonly from: Step | undefined;
  readonly wanted: string;
  readonly allowed: Step | undefined;
}

/**
 * The one transition function (R3, R10). `plan` is the system's steps in order, `position` undefined for a new
 * stack, `wanted` the text of the config value. Pure: a refused move leaves nothing behind.
 * A step that was entered and not reached can be finished (stay) or left backwards, never forwards.
 */
export function transition(
  plan: readonly Step[],
  position: Position | undefined,
  wanted: string,
): Move | Refusal {
  const refuse = (refused: Refusal['refused'], allowed: Step | undefined): Refusal => ({
    refused,
    from: position?.step,
    wanted,
    allowed,
  });
  if (!isStep(wanted)) return refuse('unknown-step', position?.step ?? 'active');
  const target = plan.indexOf(wanted);
  if (target < 0) return refuse('not-in-plan', nextStep(plan, position));
  if (position === undefined) {
    if (target !== 0) return refuse('must-start-at-active', plan[0]);
    return { from: undefined, to: wanted, direction: 'start', entered: 'start', attempt: 1 };
  }
  const { step, attempt } = position;
  const current = plan.indexOf(step);
  if (current < 0) return refuse('position-not-in-plan', undefined);
  if (target === current)
    return { from: step, to: wanted, direction: 'stay', entered: position.entered, attempt };
  if (target < current) {
    if (position.deleteStarted) return refuse('no-way-back', step);
    return { from: step, to: wanted, direction: 'back', entered: 'back', attempt: attempt + 1 };
  }
  if (!position.reached) return refuse('step-not-reached', step);
  if (target > current + 1) return refuse('skips-a-step', plan[current + 1]);
  return { from: step, to: wanted, direction: 'forward', entered: 'forward', attempt };
}

function nextStep(plan: readonly Step[], position: Position | undefined): Step | undefined {
  if (position === undefined) return plan[0];
  return plan[plan.indexOf(position.step) + 1] ?? position.step;
}
