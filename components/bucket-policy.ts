import { bucketDenials, type Posture } from '../lifecycle/index.ts';
import { isSensitive, type ObjectStoreEntry } from '../inventory/index.ts';
import type { Surroundings } from './closing.ts';
import { denial, type Exempt, exemptOf, narrowed, type Policy, type Statement } from './resource-policy.ts';

/** The former policy as it was, with the statements of the posture behind its own; undefined if there is nothing of either. */
export function narrowedPolicy(
  spec: ObjectStoreEntry,
  former: string | undefined,
  surroundings: Pick<Surroundings, 'posture' | 'inventory'>,
): Policy | undefined {
  return narrowed(former, denialsOf(spec, surroundings));
}

/** The statements that the posture adds for an entry of the inventory; none while nothing is narrowed. */
export function denialsOf(
  spec: ObjectStoreEntry,
  { posture, inventory }: Pick<Surroundings, 'posture' | 'inventory'>,
): readonly Statement[] {
  const revoked = posture[isSensitive(spec, inventory.dataClasses) ? 'sensitive' : 'modules'] === 'revoked';
  return denials(spec, revoked, posture, exemptOf(inventory));
}

/** The deny statements of a posture, for a whole bucket or for its prefix; the partition (`aws`, `aws-cn`) is that of the exempt. */
export function denials(
  { bucket, prefix }: Pick<ObjectStoreEntry, 'bucket' | 'prefix'>,
  revoked: boolean,
  posture: Posture,
  exempt: Exempt,
): readonly Statement[] {
  const arn = `arn:${exempt[0].split(':')[1] ?? ''}:s3:::${bucket}`;
  const objects = prefix === undefined ? [arn, `${arn}/*`] : [`${arn}/${prefix}*`];
  const writing = ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'];
  return [
    ...(posture.writes === 'blocked' ? [denial(bucketDenials.writes, writing, objects, exempt)] : []),
    ...(revoked
      ? [denial(bucketDenials.reads, ['s3:GetObject', 's3:GetObjectVersion'], objects, exempt)]
      : []),
  ];
}
