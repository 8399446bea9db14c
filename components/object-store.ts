import aws from '@pulumi/aws';
import pulumi from '@pulumi/pulumi';
import { isSensitive, type ObjectStoreEntry } from '../inventory/index.ts';
import { type Expectation, type Observed, type Posture } from '../lifecycle/index.ts';
import { adoption, type Closing, formerOf, type Guarded, type Surroundings } from './closing.ts';

/** A bucket of the CRM: its policy denies writes, then everything, to all but the runner; removed with the data. */
export class ObjectStore extends pulumi.ComponentResource implements Closing {
  readonly resources: pulumi.Resource[] = [];
  readonly removed: string[] = [];
  readonly guarded: Guarded[] = [];
  readonly expectations: Expectation[] = [];

  constructor(
    name: string,
    spec: ObjectStoreEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:ObjectStore', name, {}, opts);
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
  #policy(
    spec: ObjectStoreEntry,
    bucket: pulumi.Resource,
    { former, posture, inventory }: Surroundings,
  ): void {
    const name = `bucket-policy:${spec.name}`;
    const target = { kind: 'bucket-policy', bucket: spec.bucket } as const;
    const captured = former.resources[name];
    const { runner, breakGlass } = inventory;
    if (runner.aws === undefined) throw new TypeError('bug: an inventory with objects names the runner');
    const exempt = [runner.aws, ...(breakGlass.aws === undefined ? [] : [breakGlass.aws])] as const;
    const ours = denials(
      spec.bucket,
      posture[isSensitive(spec, inventory.dataClasses) ? 'sensitive' : 'modules'] === 'revoked',
      posture,
      exempt,
    );
    const before = captured && (JSON.parse(captured.inputs.policy as string) as Policy);
    const statements = [...(before?.Statement ?? []), ...ours];
    if (statements.length === 0) {
      this.expectations.push({ target, expect: 'absent' });
      return;
    }
    const policy: Policy = { Version: '2012-10-17', ...before, Statement: statements };
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

interface Policy {
  readonly Version: string;
  readonly Statement: readonly unknown[];
}

/**
 * The deny statements of a posture. `exempt` are the ARNs of runner and break-glass, which are never cut (rule 13); the
 * partition (`aws`, `aws-cn`) is theirs.
 */
export function denials(
  bucket: string,
  revoked: boolean,
  posture: Posture,
  exempt: readonly [string, ...string[]],
): readonly unknown[] {
  const partition = exempt[0].split(':')[1] ?? '';
  const resources = [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`];
  const deny = (sid: string, actions: readonly string[]): unknown => ({
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
    Resource: resources,
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  });
  return [
    ...(posture.writes === 'blocked'
      ? [deny('TeardownDenyWrites', ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])]
      : []),
    ...(revoked ? [deny('TeardownDenyReads', ['s3:GetObject', 's3:GetObjectVersion'])] : []),
  ];
}
