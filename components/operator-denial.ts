import aws from '@pulumi/aws';
import pulumi from '@pulumi/pulumi';
import { denialName } from '../inventory/index.ts';
import type { Creation, Posture } from '../lifecycle/index.ts';
import { Closing, creation, type Surroundings } from './closing.ts';

/**
 * Denies everything, whenever a session began: `aws:TokenIssueTime`, as AWS itself writes it to revoke sessions, would let in
 * whoever opens a new one.
 */
export const denyAll = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'TeardownDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
};

const policyName = 'operator-denial';

/** The managed policy that denies everything: the boundary of every administrator in IAM while they are locked. */
export class OperatorDenial extends Closing {
  /** Undefined while administrators are not locked, and once they are gone. */
  readonly policy: aws.iam.Policy | undefined;

  constructor(
    name: string,
    { inventory, posture, made }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('OperatorDenial', name, opts);
    const settings = {
      name: denialName(inventory),
      description: `Denies everything to those who are locked out of ${inventory.system}.`,
      policy: JSON.stringify(denyAll),
    };
    this.policy = isLocked(posture)
      ? new aws.iam.Policy(policyName, settings, creation(this, made, policyName))
      : undefined;
    if (this.policy) this.resources.push(this.policy);
    this.registerOutputs({});
  }
}

/** What it makes: IAM has one policy of a name. */
export function denialPolicies({ inventory, posture }: Surroundings): readonly Creation[] {
  if (!isLocked(posture)) return [];
  const target = { kind: 'iam-policy', name: denialName(inventory) } as const;
  return [{ name: policyName, target, expect: { policy: denyAll } }];
}

export function isLocked({ admins, identities }: Posture): boolean {
  return admins === 'locked' && identities !== 'removed';
}
