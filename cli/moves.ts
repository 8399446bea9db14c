import type { Problem } from '../diagnostics/index.ts';
import {
  explain,
  type Move,
  type Position,
  type Refusal,
  type Step,
  transition,
} from '../lifecycle/index.ts';
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
export function refusedMove(refusal: Refusal): Problem {
  return problems('cli-move-refused', explain(refusal));
}
