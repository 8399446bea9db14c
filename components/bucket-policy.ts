import { bucketDenials, type Posture } from '../lifecycle/index.ts';
import { isSensitive, type ObjectStoreEntry } from '../inventory/index.ts';
import { type Surroundings } from './closing.ts';

/** A resource policy as AWS takes it. */
type Policy = Readonly<Record<string, unknown>>;

/** The former policy as it was, with the statements of the posture behind its own; undefined if there is nothing of either. */
export function narrowedPolicy(
  spec: ObjectStoreEntry,
  former: string | undefined,
  { posture, inventory: { runner, breakGlass, dataClasses } }: Pick<Surroundings, 'posture' | 'inventory'>,
): Policy | undefined {
  if (runner.aws === undefined) throw new TypeError('bug: an inventory with objects names the runner');
  const exempt = [runner.aws, ...(breakGlass.aws === undefined ? [] : [breakGlass.aws])] as const;
  const revoked = posture[isSensitive(spec, dataClasses) ? 'sensitive' : 'modules'] === 'revoked';
  const ours = denials(spec, revoked, posture, exempt);
  const before = former === undefined ? undefined : (JSON.parse(former) as Policy);
  if (ours.length === 0) return before;
  return {
    ...(before ?? { Version: '2012-10-17' }),
    Statement: [...[before?.Statement ?? []].flat(), ...ours],
  };
}

/**
 * The deny statements of a posture, for a whole bucket or for its prefix. `exempt` are the ARNs of runner and break-glass, which are
 * never cut (rule 13); the partition (`aws`, `aws-cn`) is theirs.
 */
export function denials(
  { bucket, prefix }: Pick<ObjectStoreEntry, 'bucket' | 'prefix'>,
  revoked: boolean,
  posture: Posture,
  exempt: readonly [string, ...string[]],
): readonly unknown[] {
  const arn = `arn:${exempt[0].split(':')[1] ?? ''}:s3:::${bucket}`;
  const deny = (sid: string, actions: readonly string[]): unknown => ({
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
    Resource: prefix === undefined ? [arn, `${arn}/*`] : [`${arn}/${prefix}*`],
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  });
  return [
    ...(posture.writes === 'blocked'
      ? [deny(bucketDenials.writes, ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])]
      : []),
    ...(revoked ? [deny(bucketDenials.reads, ['s3:GetObject', 's3:GetObjectVersion'])] : []),
  ];
}
