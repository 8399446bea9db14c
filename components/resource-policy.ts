import type { Inventory } from '../inventory/index.ts';
import type { Observed } from '../lifecycle/index.ts';

/** A statement of a resource policy as AWS takes it. */
export type Statement = Observed;

/** A resource policy as AWS takes it. */
export type Policy = Readonly<Record<string, unknown>>;

/** ARNs of runner and break-glass, which are never cut (rule 13). */
export type Exempt = readonly [string, ...string[]];

export function exemptOf({ runner, breakGlass }: Pick<Inventory, 'runner' | 'breakGlass'>): Exempt {
  if (runner.aws === undefined)
    throw new TypeError('bug: an inventory with resource policies names the runner');
  return [runner.aws, ...(breakGlass.aws === undefined ? [] : [breakGlass.aws])];
}

/** A statement that denies `actions` to everybody but the exempt. */
export function denial(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  exempt: Exempt,
): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
    Resource: resources,
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  };
}

/** The former policy (its text) as it was, with `ours` behind its own statements; undefined if there is nothing of either. */
export function narrowed(former: string | undefined, ours: readonly unknown[]): Policy | undefined {
  const before = former === undefined ? undefined : (JSON.parse(former) as Policy);
  if (ours.length === 0) return before;
  // A single statement need not stand in a list.
  const statements: readonly unknown[] = [before?.Statement ?? []].flat();
  return { ...(before ?? { Version: '2012-10-17' }), Statement: [...statements, ...ours] };
}
