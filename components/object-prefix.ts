import aws from '@pulumi/aws';
import pulumi from '@pulumi/pulumi';
import { type ObjectStoreEntry } from '../inventory/index.ts';
import { type Expectation, type Observed } from '../lifecycle/index.ts';
import { narrowedPolicy } from './bucket-policy.ts';
import { adoption, type Closing, formerOf, type Guarded, type Surroundings } from './closing.ts';

/**
 * The CRM's part of a bucket that others use too: the bucket's policy denies writes, then reads, under the prefix. The bucket is no
 * resource of the stack, and with the data only its policy leaves the stack, without a call: the guard empties the prefix and takes the
 * denials out of the policy, in this order (rules 10 and 11).
 */
export class ObjectPrefix extends pulumi.ComponentResource implements Closing {
  readonly resources: pulumi.Resource[] = [];
  readonly removed: string[] = [];
  readonly guarded: Guarded[] = [];
  readonly expectations: Expectation[] = [];

  constructor(
    name: string,
    spec: ObjectStoreEntry & { readonly prefix: string },
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:ObjectPrefix', name, {}, opts);
    const { bucket, prefix } = spec;
    const policyName = `bucket-policy:${spec.name}`;
    const target = { kind: 'bucket-prefix', bucket, prefix } as const;
    if (args.posture.data === 'removed') {
      this.removed.push(policyName);
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const captured = formerOf(args.former, policyName);
      const policy = narrowedPolicy(spec, captured.inputs.policy as string, args);
      const options = { ...adoption(this, captured), retainOnDelete: args.posture.archive === 'final' };
      const inputs = { bucket, policy: JSON.stringify(policy) };
      const resource = new aws.s3.BucketPolicy(policyName, inputs, options);
      this.resources.push(resource);
      this.guarded.push({ name: `objects:${spec.name}`, target, resource });
      const expect = { policy: policy as unknown as Observed };
      this.expectations.push({ target: { kind: 'bucket-policy', bucket }, expect });
    }
    this.registerOutputs({});
  }
}
