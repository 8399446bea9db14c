import { canonical } from '../diagnostics/index.ts';
import { type Inventory } from '../inventory/index.ts';
import { found, type Findings, merge, missing } from './findings.ts';
import { type LiveCrm } from './live.ts';

/** One bucket and its policy; a bucket without one is entered as such, so that it has none again on the way back. */
export async function captureObjects(
  { name, bucket }: Inventory['objects'][number],
  live: LiveCrm,
): Promise<Findings> {
  if ((await live.observe({ kind: 'bucket', name: bucket })) === undefined) {
    return missing(`bucket ${bucket}`, 'in this account');
  }
  const adopted = found({
    [`bucket:${name}`]: { type: 'aws:s3/bucket:Bucket', importId: bucket, inputs: { bucket } },
  });
  return merge([adopted, await capturePolicy(`bucket-policy:${name}`, bucket, live)]);
}

async function capturePolicy(logicalName: string, bucket: string, live: LiveCrm): Promise<Findings> {
  const policy = await live.observe({ kind: 'bucket-policy', bucket });
  if (policy === undefined) return { resources: {}, absent: [logicalName], problems: [] };
  const type = 'aws:s3/bucketPolicy:BucketPolicy';
  const inputs = { bucket, policy: canonical(policy.policy) };
  return found({ [logicalName]: { type, importId: bucket, inputs } });
}
