import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import { denialName, type FormerSettings, userBelongings } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { adoption, type Adopted, formerOf } from './closing.ts';
import { boundaryExpected, type Locks, withBoundary } from './iam-role.ts';
import { denyAll } from './operator-denial.ts';

type Kind = (typeof userBelongings)[number];

/**
 * An administrator's user with its keys and policies. Locked it has our boundary, our inline policy and no active key. The provider
 * removes no policies with a user, so they go first, ours after the user's own; the boundary denies until the user is gone.
 */
export function iamUser(parent: pulumi.Resource, user: string, args: Locks): Adopted {
  const { former, posture, inventory, boundary } = args;
  const name = `iam-user:${user}`;
  const target = { kind: 'iam-user', name: user } as const;
  const belongings = userBelongings.flatMap((kind) => namesUnder(former, `${kind}:${user}/`));
  if (posture.identities === 'removed')
    return { resources: [], removed: [name, ...belongings], expectations: [{ target, expect: 'absent' }] };
  const captured = formerOf(former, name);
  const before = captured.inputs as unknown as UserInputs;
  const adopted = new aws.iam.User(
    name,
    userInputs(before, posture, boundary),
    adoption(parent, captured, posture.protection === 'held'),
  );
  const policy = { user, name: denialName(inventory), policy: JSON.stringify(denyAll) };
  const denial = boundary
    ? [new aws.iam.UserPolicy(`user-denial:${user}`, policy, { parent, dependsOn: adopted })]
    : [];
  const keys = namesUnder(former, `access-key:${user}/`);
  const inline = { kind: 'iam-user-policy', user, name: policy.name } as const;
  return {
    resources: [
      adopted,
      ...denial,
      ...belongings.map((each) => belonging(parent, each, args, [adopted, ...denial])),
    ],
    removed: [],
    expectations: [
      { target, expect: { ...boundaryExpected(before, boundary), accessKeys: statuses(keys, args) } },
      { target: inline, expect: boundary ? { policy: denyAll } : 'absent' },
    ],
  };
}

function namesUnder({ resources }: FormerSettings, prefix: string): readonly string[] {
  return Object.keys(resources).filter((name) => name.startsWith(prefix));
}

function belonging(
  parent: pulumi.Resource,
  name: string,
  { former, posture }: Locks,
  dependsOn: readonly pulumi.Resource[],
): pulumi.Resource {
  const captured = formerOf(former, name);
  const options = { ...adoption(parent, captured), dependsOn: [...dependsOn] };
  const { inputs } = captured as { readonly inputs: unknown };
  switch (name.split(':')[0] as Kind) {
    case 'access-key':
      return new aws.iam.AccessKey(name, keyInputs(inputs as KeyInputs, posture), options);
    case 'user-policy':
      return new aws.iam.UserPolicy(name, inputs as aws.iam.UserPolicyArgs, options);
    case 'user-policy-attachment':
      return new aws.iam.UserPolicyAttachment(name, inputs as aws.iam.UserPolicyAttachmentArgs, options);
  }
}

/** Every key of the user with its status: one that appeared since capture is not as expected. */
function statuses(keys: readonly string[], { former, posture }: Locks): Readonly<Record<string, string>> {
  const entries = keys.map((name): [string, string] => {
    const { importId = '', inputs } = formerOf(former, name);
    return [importId, keyInputs(inputs as unknown as KeyInputs, posture).status];
  });
  return Object.fromEntries(entries);
}

/** Of the user's arguments, those that a posture changes. */
export interface UserInputs {
  readonly permissionsBoundary?: pulumi.Input<string>;
  readonly forceDestroy?: boolean;
}

/** `forceDestroy` takes console log-in and devices with the user; it lives in state only. */
export function userInputs(
  former: UserInputs,
  { archive }: Pick<Posture, 'archive'>,
  boundary: pulumi.Input<string> | undefined,
): UserInputs {
  return { ...withBoundary(former, boundary), forceDestroy: archive === 'final' };
}

export interface KeyInputs {
  readonly user: string;
  readonly status: string;
}

/** A key that was inactive before stays so in both directions. */
export function keyInputs(former: KeyInputs, { admins }: Pick<Posture, 'admins'>): KeyInputs {
  return { ...former, status: admins === 'locked' ? 'Inactive' : former.status };
}
