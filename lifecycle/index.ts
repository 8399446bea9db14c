/**
 * lifecycle: the pure core. Stages and steps with a paragraph each, the plan of one system, the one transition
 * function, posture scales, the contract of each step, the conditions of each gate, and what must be observed
 * from outside for a step to count as reached. No clock, no files, no cloud.
 */
export { stages, type Stage } from './stages.ts';
export { allSteps, coveredBy, isStep, planOf, stageOf, steps, type Step, type Wave } from './steps.ts';
export { isNarrowerOrEqual, open, scales, type Posture, type Scale, type ScaleValue } from './posture.ts';
export {
  transition,
  type Direction,
  type Entry,
  type Move,
  type Position,
  type Refusal,
} from './transition.ts';
export { contracts, mayDelete, type Contract } from './contract.ts';
export { isClosed, serverPowers, type AccessCuts } from './access.ts';
export { explain } from './refusals.ts';
export { conditionsOf, type Condition, type ConditionName } from './gates.ts';
export {
  bucketDenials,
  shortArns,
  type Creation,
  type Expectation,
  type LiveTarget,
  type Observed,
} from './expectation.ts';
export { kindOf, type Kind } from './kinds.ts';
