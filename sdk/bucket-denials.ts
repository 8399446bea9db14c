import * as pulumi from './pulumi.ts';
import type { Observed } from '../lifecycle/index.ts';

export interface BucketDenialsArgs {
  readonly bucket: string;
  /** Beginning of the keys that the statements are about. */
  readonly prefix: string;
  /** The teardown's own statements, as a bucket policy has them; none at `active`. */
  readonly statements: readonly Observed[];
}

/**
 * The teardown's statements about one prefix in the policy of a shared bucket; all other statements stay as they are at that moment.
 * `aws.s3.BucketPolicy` would write the whole policy as it was captured. Removing the resource changes nothing in the bucket.
 */
export class BucketDenials extends pulumi.CustomResource {
  constructor(name: string, args: BucketDenialsArgs, opts: pulumi.CustomResourceOptions) {
    super('teardown:index:BucketDenials', name, { ...args }, opts);
  }
}
