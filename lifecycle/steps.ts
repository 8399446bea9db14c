import type { Stage } from './stages.ts';

/** What one update moves to, in order; the config value `stage` holds one of these. */
export const steps = {
  active: 'The CRM as it was; adopted, not changed.',
  'read-only': 'Write rights and sign-up are withdrawn; reads still answer.',
  'revoked/accounts': 'No customer, partner or ordinary member of staff can log in.',
  'revoked/sensitive': 'Rights to modules with sensitive data are withdrawn, before all others.',
  'revoked/modules': 'Rights to the remaining modules are withdrawn.',
  'revoked/interfaces':
    'Outside interfaces are closed: clients get no tokens, keys and routes answer no more.',
  'revoked/integrations': 'Links to peers such as ERP and finance are cut.',
  'revoked/services': 'Back-end services are stopped; nothing of the CRM runs.',
  'revoked/admins': 'Administrators are locked out; only the runner and break-glass principals remain.',
  snapshotted: 'The final archive is taken; what the deletes will read is written into state.',
  'destroyed/services':
    'Back-end services are removed and the locks of the data-bearing resources are released.',
  'destroyed/interfaces': 'Interfaces and integrations are removed.',
  'destroyed/identities': 'Identities are removed: connections, clients, administrators.',
  'destroyed/data': 'Databases, instances and buckets are removed. There is no way back.',
} as const;

export type Step = keyof typeof steps;
/** A part of `revoked` or `destroyed`. A wave the inventory has nothing for is left out of the plan. */
export type Wave = Extract<Step, `${string}/${string}`>;

export const allSteps = Object.keys(steps) as readonly Step[];

export function isStep(text: string): text is Step {
  return Object.hasOwn(steps, text);
}

export function stageOf(step: Step): Stage {
  return step.split('/', 1)[0] as Stage;
}

/**
 * The steps of one system, in order: waves without members are left out, and of each group in `together`
 * (neighbouring waves of the plan) only the last one remains, because its posture includes the others.
 * Throws RangeError for a group that is not a run of neighbours within one stage.
 */
export function planOf(
  members: ReadonlySet<Wave>,
  together: readonly (readonly Wave[])[] = [],
): readonly Step[] {
  const present = allSteps.filter((step) => !step.includes('/') || members.has(step as Wave));
  const merged = new Set<Step>();
  for (const group of together) {
    const kept = group.filter((wave) => members.has(wave));
    const positions = kept.map((wave) => present.indexOf(wave));
    const neighbours = positions.every(
      (position, i) => i === 0 || position === (positions[i - 1] ?? NaN) + 1,
    );
    const sameStage = new Set(group.map(stageOf)).size === 1;
    if (!neighbours || !sameStage) {
      throw new RangeError(`not neighbouring waves in order: ${group.join(', ')}`);
    }
    for (const wave of kept.slice(0, -1)) merged.add(wave);
  }
  return present.filter((step) => !merged.has(step));
}

/** The steps that a move to `step` enters: itself and the waves merged into it. */
export function coveredBy(plan: readonly Step[], step: Step): readonly Step[] {
  const previous = plan[plan.indexOf(step) - 1];
  const from = previous === undefined ? 0 : allSteps.indexOf(previous) + 1;
  return allSteps.slice(from, allSteps.indexOf(step) + 1);
}
