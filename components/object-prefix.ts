import pulumi from '@pulumi/pulumi';
import type { ObjectStoreEntry } from '../inventory/index.ts';
import { BucketDenials } from '../sdk/index.ts';
import { denialsOf } from './bucket-policy.ts';
import { Closing, type Surroundings } from './closing.ts';

/**
 * The CRM's part of a bucket that others use too: statements of the bucket's policy deny writes, then reads, under the prefix. Neither
 * the bucket nor its policy is a resource of the stack. With the data the guard empties the prefix and takes the statements out,
 * in this order (rules 10 and 11).
 */
export class ObjectPrefix extends Closing {
  constructor(
    name: string,
    spec: ObjectStoreEntry & { readonly prefix: string },
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('ObjectPrefix', name, opts);
    const { bucket, prefix } = spec;
    const target = { kind: 'bucket-prefix', bucket, prefix } as const;
    if (args.posture.data === 'removed') {
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const statements = denialsOf(spec, args);
      const inputs = { bucket, prefix, statements };
      const resource = new BucketDenials(`bucket-denials:${spec.name}`, inputs, { parent: this });
      this.resources.push(resource);
      this.guarded.push({ name: `objects:${spec.name}`, target, resource });
      const expect = statements.length === 0 ? 'absent' : { statements };
      this.expectations.push({ target: { ...target, kind: 'bucket-denials' }, expect });
    }
    this.registerOutputs({});
  }
}
