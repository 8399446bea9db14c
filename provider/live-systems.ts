import { type Problem, TeardownError } from '../diagnostics/index.ts';
import type { LiveTarget, Observed } from '../lifecycle/index.ts';
import { problems } from './problems.ts';

/** The live systems as the handlers need them; the connectors serve it, tests have their own. */
export interface LiveSystems {
  /** Undefined: the target is absent. Throws when it cannot look. */
  observe(target: LiveTarget): Promise<Observed | undefined>;
  /** Lifts the cloud's own lock of a target, so that its delete can pass. Safe to run again. */
  release(target: LiveTarget): Promise<void>;
}

/** Of these targets, those that cannot be looked at, each with the reason; absent ones can. */
export async function outOfReach(
  live: LiveSystems,
  targets: readonly LiveTarget[],
): Promise<readonly Problem[]> {
  const looks = await Promise.allSettled(targets.map((target) => live.observe(target)));
  return looks.flatMap((look, at) => {
    if (look.status === 'fulfilled') return [];
    if (look.reason instanceof TeardownError) return look.reason.problems;
    const target = targets[at];
    const detail = `${target ? nameOf(target) : ''}: ${String(look.reason)}`;
    return [problems('gate-live-unreachable', { detail, hint: 'teardown status' })];
  });
}

/** A target in messages and ledger: kind and names, without its credentials' reference and what is asked about it. */
export function nameOf(target: LiveTarget): string {
  const { kind, ...names } = target;
  const plain = Object.entries(names)
    .filter(([key]) => key !== 'credentials' && key !== 'spared')
    .map(([, value]): unknown => value)
    .filter((value) => typeof value === 'string' || Array.isArray(value));
  return [kind, ...plain].join('/');
}
