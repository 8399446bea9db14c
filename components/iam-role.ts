import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import { denialName } from '../inventory/index.ts';
import type { Expectation, Posture } from '../lifecycle/index.ts';
import { adoption, type Adopted, formerOf, type Surroundings } from './closing.ts';
import { denyAll } from './operator-denial.ts';

/** `boundary` is the ARN of our policy that denies everything, while administrators are locked. */
export type Locks = Surroundings & { readonly boundary: pulumi.Output<string> | undefined };

/**
 * An administrators' role. Locked it has our boundary and our inline policy. The provider removes a role with all its policies if
 * state says so, and that policy leaves the state with it (`deletedWith`): the role is closed until it is gone.
 */
export function iamRole(
  parent: pulumi.Resource,
  role: string,
  { former, posture, inventory, boundary }: Locks,
): Adopted {
  const name = `iam-role:${role}`;
  const target = { kind: 'iam-role', name: role } as const;
  if (posture.identities === 'removed')
    return { resources: [], removed: [name], expectations: [{ target, expect: 'absent' }] };
  const captured = formerOf(former, name);
  const before = captured.inputs as unknown as RoleInputs;
  const adopted = new aws.iam.Role(
    name,
    roleInputs(before, posture, boundary),
    adoption(parent, captured, posture.protection === 'held'),
  );
  const policy = { role, name: denialName(inventory), policy: JSON.stringify(denyAll) };
  const options = { parent, dependsOn: adopted, deletedWith: adopted };
  const denial = boundary ? [new aws.iam.RolePolicy(`role-denial:${role}`, policy, options)] : [];
  const inline = { kind: 'iam-role-policy', role, name: policy.name } as const;
  return {
    resources: [adopted, ...denial],
    removed: [],
    expectations: [
      { target, expect: boundaryExpected(before, boundary) },
      { target: inline, expect: boundary ? { policy: denyAll } : 'absent' },
    ],
  };
}

/** Of the role's arguments, those that a posture changes. */
export interface RoleInputs {
  readonly assumeRolePolicy: string;
  readonly permissionsBoundary?: pulumi.Input<string>;
  readonly forceDetachPolicies?: boolean;
}

/** Without a former boundary the argument is left out again, and the provider takes ours away. */
export function roleInputs(
  former: RoleInputs,
  { archive }: Pick<Posture, 'archive'>,
  boundary: pulumi.Input<string> | undefined,
): RoleInputs {
  return { ...withBoundary(former, boundary), forceDetachPolicies: archive === 'final' };
}

interface Bounded {
  readonly permissionsBoundary?: pulumi.Input<string>;
}

export function withBoundary<Inputs extends Bounded>(
  former: Inputs,
  boundary: pulumi.Input<string> | undefined,
): Inputs {
  return boundary === undefined ? former : { ...former, permissionsBoundary: boundary };
}

/** What the boundary says counts while it is ours, and which one it is as long as it is theirs. */
export function boundaryExpected(
  { permissionsBoundary }: Bounded,
  boundary: pulumi.Input<string> | undefined,
): Exclude<Expectation['expect'], 'absent'> {
  return boundary === undefined
    ? { boundary: (permissionsBoundary as string | undefined) ?? null }
    : { boundaryPolicy: denyAll };
}
