import { render, type Verdict } from '../diagnostics/index.ts';
import { kindOf } from '../lifecycle/index.ts';
import type { Paint } from './paint.ts';
import type { StandingLock } from './next-command.ts';
import type { NextStep, PlannedStep, Standing, StandingFreeze } from './standing.ts';
import type { BegunDelete, UnderWay } from './under-way.ts';

/** The standing for people: where, the plan, what is needed, what to run. */
export function standingText(standing: Standing, paint: Paint): string {
  const { next, problems, locks, frozen, underWay, halfDropped, cutOff, command } = standing;
  const parts = [
    headline(standing, paint),
    ...(frozen ? [freezeText(frozen, paint)] : []),
    standing.plan.map((step) => planLine(step, paint)).join('\n'),
    ...(underWay ? [underWayText(underWay)] : []),
    ...(halfDropped === null ? [] : [halfDroppedText(halfDropped)]),
    ...(cutOff.length > 0 ? [cutOffText(cutOff)] : []),
    ...(next ? [nextText(next, paint)] : []),
    ...problems.map(render),
    ...(locks.length > 0 ? [locks.map(lockLine).join('\n')] : []),
    command === null ? 'The last step is reached: nothing is left to do.' : `Next: ${paint('bold', command)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline(
  { system, stack, position, captured, evidenceStore, sandbox }: Standing,
  paint: Paint,
): string {
  const where =
    position === null
      ? 'not started'
      : `${position.step}, attempt ${position.attempt}, ${position.reached ? 'reached' : 'entered and not reached yet'}`;
  return [
    `${paint('bold', system)} (stack ${stack ?? 'unnamed'}): ${where}`,
    `evidence: ${evidenceStore}${sandbox ? ' (a sandbox store)' : ''}`,
    `former settings: ${captured ? 'captured' : 'not captured'}`,
    ...(position?.deleteStarted ? ['a delete was recorded: there is no way back'] : []),
  ].join('\n');
}

function freezeText({ since, entry, reason }: StandingFreeze, paint: Paint): string {
  const stopped = 'no step is entered, nothing is deleted, approved or recorded as reached';
  return `${paint('red', 'FROZEN')} since ${since} (ledger entry ${entry}): ${stopped}.\n  reason: ${reason}`;
}

const marks = { done: 'x', present: '>', ahead: ' ' } as const;

function planLine({ step, says, state }: PlannedStep, paint: Paint): string {
  const line = ` ${marks[state]} ${step.padEnd(22)} ${says}`;
  return state === 'present' ? paint('bold', line) : line;
}

const outcomes = {
  done: 'done',
  open: 'not done',
  unknown: 'not known',
} as const satisfies Record<BegunDelete['outcome'], string>;

function underWayText({ step, attempt, since, entry, deletes, released, failed }: UnderWay): string {
  return [
    `Not finished: ${step} (attempt ${attempt}), entered ${since}, ledger entry ${entry}.`,
    ...deletes.map(({ urn, outcome }) => `  delete, ${outcomes[outcome]}: ${kindAndName(urn)}`),
    ...released.map((target) => `  lock lifted: ${target}`),
    ...(failed === null ? [] : [`  the last run failed: ${failed}`]),
    ...(deletes.some(({ outcome }) => outcome === 'unknown') ? [stateUnseen] : []),
    '  The next run of the same step does what is left; pulumi preview shows it.',
  ].join('\n');
}

const stateUnseen =
  '  The state cannot be read from here. If the next run fails at a delete of what is gone: pulumi refresh, then the run again.';

function halfDroppedText(name: string): string {
  return `The drop of database ${name} was cut off: nobody can connect to it any more, and it can only be dropped.`;
}

function cutOffText(cutOff: Standing['cutOff']): string {
  const lines = cutOff.map(({ operation, urn }) => `  ${operation}: ${kindAndName(urn)}`);
  return ['The engine was killed in the middle of:', ...lines].join('\n');
}

function kindAndName(urn: string): string {
  const { type, name } = kindOf(urn);
  return `${type} ${name}`;
}

const directions = {
  start: 'To start at',
  stay: 'To finish',
  forward: 'To enter',
  back: 'To go back to',
} as const;

const colours = {
  passed: 'green',
  failed: 'red',
  errored: 'red',
  unknown: 'yellow',
} as const satisfies Record<Verdict, string>;

function nextText({ step, direction, attempt, checks }: NextStep, paint: Paint): string {
  const lines = checks.map(({ name, verdict, detail, hint }) => {
    const line = `  ${paint(colours[verdict], verdict.padEnd(7))} ${name}: ${detail}`;
    return verdict === 'passed' || hint === '' ? line : `${line}\n          HINT: ${hint}`;
  });
  return [`${directions[direction]} ${step} (attempt ${attempt}):`, ...lines].join('\n');
}

function lockLine({ of, pid, host, since, liveness }: StandingLock): string {
  if (host === '') return `The ${of} has a lock that is cut off and does not say who holds it.`;
  const holder = { alive: 'is at work', dead: 'has ended', unknown: 'cannot be checked from here' }[liveness];
  return `The ${of} is locked by process ${pid} on ${host} since ${since}; it ${holder}.`;
}
