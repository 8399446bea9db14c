import { type Problem } from '../diagnostics/index.ts';
import { type Move, type Position, type Refusal, type Step, transition } from '../lifecycle/index.ts';
import { problems } from './problems.ts';

/**
 * The move that is due: the configured step if that is a way back; else the half-finished step, or the one after. Undefined: the
 * last step is reached.
 */
export function nextMove(
  plan: readonly Step[],
  position: Position | undefined,
  configured: string,
): Move | Refusal | undefined {
  const wanted = transition(plan, position, configured);
  if ('direction' in wanted && wanted.direction === 'back') return wanted;
  const due = position?.reached === false ? position.step : plan[indexOf(plan, position) + 1];
  return due === undefined ? undefined : transition(plan, position, due);
}

/** A position that is not in the plan any more is answered by `transition`, asked for any step. */
function indexOf(plan: readonly Step[], position: Position | undefined): number {
  return position === undefined ? -1 : plan.indexOf(position.step);
}

/** A refused move in words. */
export function refusedMove({ refused, from, wanted, allowed }: Refusal): Problem {
  const detail = `from ${from ?? 'a new stack'} to "${wanted}": ${reasons[refused]}`;
  const hint = allowed === undefined ? undoInventory : `pulumi config set stage ${allowed}`;
  return problems('cli-move-refused', { detail, hint });
}

/** Nothing is allowed only where the plan has lost the present step. */
const undoInventory = "git log -p -- '*.inventory.yaml' (undo the change that took the step out of the plan)";

const reasons: Readonly<Record<Refusal['refused'], string>> = {
  'unknown-step': 'there is no such step',
  'not-in-plan': 'this system has no such step, or it is merged into a later one',
  'must-start-at-active': 'a new stack starts at active',
  'position-not-in-plan': 'the step the system stands at is not in the plan of the inventory any more',
  'step-not-reached': 'the present step was entered and not reached yet',
  'skips-a-step': 'one step forward at a time',
  'no-way-back': 'a delete was recorded; only the archive leads back',
};
