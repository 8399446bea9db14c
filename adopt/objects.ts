import { canonical } from '../diagnostics/index.ts';
import type { ObjectStoreEntry } from '../inventory/index.ts';
import { found, type Findings, merge, missing, wrong } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { problems } from './problems.ts';

/**
 * One bucket and its policy; a bucket without one is entered as such, so that it has none again on the way back. Of a shared bucket
 * nothing is taken over: neither it nor its policy is the CRM's.
 */
export async function captureObjects(entry: ObjectStoreEntry, live: LiveCrm): Promise<Findings> {
  const { name, bucket, prefix } = entry;
  if ((await live.observe({ kind: 'bucket', name: bucket })) === undefined) {
    return missing(`bucket ${bucket}`, 'in this account');
  }
  if (prefix !== undefined) return capturePrefix({ ...entry, prefix }, live);
  const adopted = found({
    [`bucket:${name}`]: { type: 'aws:s3/bucket:Bucket', importId: bucket, inputs: { bucket } },
  });
  return merge([adopted, await capturePolicy(`bucket-policy:${name}`, bucket, live)]);
}

/** An empty prefix is a misspelled one, and one that is denied already would be opened by the way back. */
async function capturePrefix(
  { bucket, prefix }: ObjectStoreEntry & { readonly prefix: string },
  live: LiveCrm,
): Promise<Findings> {
  const inside = await live.observe({ kind: 'bucket-prefix', bucket, prefix });
  if (inside === undefined || inside.objects === 0)
    return missing(`an object under ${prefix}`, `in ${bucket}`);
  if (inside.denials !== 0) {
    const detail = `the policy of ${bucket} denies access to ${prefix} for the teardown`;
    const hint = 'take its statements out of the policy, or put back the former settings that belong to them';
    return wrong(problems('capture-denial-there', { detail, hint }));
  }
  return found({});
}

async function capturePolicy(logicalName: string, bucket: string, live: LiveCrm): Promise<Findings> {
  const policy = await live.observe({ kind: 'bucket-policy', bucket });
  if (policy === undefined) return { resources: {}, absent: [logicalName], problems: [] };
  const type = 'aws:s3/bucketPolicy:BucketPolicy';
  const inputs = { bucket, policy: canonical(policy.policy) };
  return found({ [logicalName]: { type, importId: bucket, inputs } });
}
