import type { Step } from '../../lifecycle/index.ts';

/** A step on the way of a walk, and from which attempt on it counts as reached. */
export interface Stop {
  readonly step: Step;
  readonly attempt: number;
}

/** There and back and there again: to the last step that takes nothing away for good, back to `active`, and to the end. */
export function routeOf(plan: readonly Step[]): readonly Stop[] {
  const kept = plan.filter((step) => !step.startsWith('destroyed'));
  const first = (step: Step): Stop => ({ step, attempt: 1 });
  const second = (step: Step): Stop => ({ step, attempt: 2 });
  return [...kept.map(first), ...plan.map(second)];
}

export function isWayBack(stop: Stop): boolean {
  return stop.step === 'active' && stop.attempt > 1;
}
