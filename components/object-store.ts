import aws from '@pulumi/aws';
import pulumi from '@pulumi/pulumi';
import type { ObjectStoreEntry } from '../inventory/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { narrowedPolicy } from './bucket-policy.ts';
import { adoption, Closing, formerOf, type Surroundings } from './closing.ts';

/** A bucket of the CRM: its policy denies writes, then everything, to all but the runner; removed with the data. */
export class ObjectStore extends Closing {
  constructor(
    name: string,
    spec: ObjectStoreEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('ObjectStore', name, opts);
    const target = { kind: 'bucket', name: spec.bucket } as const;
    if (args.posture.data === 'removed') {
      this.removed.push(`bucket:${spec.name}`, `bucket-policy:${spec.name}`);
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const captured = formerOf(args.former, `bucket:${spec.name}`);
      const options = adoption(this, captured, args.posture.protection === 'held');
      const resource = new aws.s3.Bucket(`bucket:${spec.name}`, captured.inputs, options);
      this.resources.push(resource);
      this.guarded.push({ name: `bucket:${spec.name}`, target, resource });
      this.#policy(spec, resource, args);
    }
    this.registerOutputs({});
  }

  /** A bucket without a policy has no policy resource until the first narrowing; the narrowing outlives a refused delete. */
  #policy(spec: ObjectStoreEntry, bucket: pulumi.Resource, surroundings: Surroundings): void {
    const name = `bucket-policy:${spec.name}`;
    const target = { kind: 'bucket-policy', bucket: spec.bucket } as const;
    const captured = surroundings.former.resources[name];
    const policy = narrowedPolicy(spec, captured?.inputs.policy as string | undefined, surroundings);
    if (policy === undefined) {
      this.expectations.push({ target, expect: 'absent' });
      return;
    }
    const options = {
      ...(captured ? adoption(this, captured) : { parent: this }),
      dependsOn: bucket,
      deletedWith: bucket,
    };
    const args = { bucket: spec.bucket, policy: JSON.stringify(policy) };
    this.resources.push(new aws.s3.BucketPolicy(name, args, options));
    this.expectations.push({ target, expect: { policy: policy as unknown as Observed } });
  }
}
