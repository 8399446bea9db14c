import { type Inventory } from '../inventory/index.ts';

/** A resource policy of AWS, parsed. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly unknown[];
}

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
): unknown {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
    Resource: resources,
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  };
}

/** The former policy (its text, or undefined) with `ours` behind it; undefined: there is no policy at all. */
export function narrowed(former: unknown, ours: readonly unknown[]): Policy | undefined {
  const before = former === undefined ? undefined : (JSON.parse(former as string) as Policy);
  if (ours.length === 0) return before;
  // A single statement need not stand in a list.
  const statements = [before?.Statement ?? []].flat();
  return { Version: '2012-10-17', ...before, Statement: [...statements, ...ours] };
}
