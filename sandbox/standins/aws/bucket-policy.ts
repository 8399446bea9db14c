import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { canonical, type Json } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { regionArgument } from './tags.ts';

/** One policy per bucket: a create takes the place of whatever policy was there. */
export function bucketPolicyHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    bucket: { kind: 'string', required: true, replaces: true },
    policy: { kind: 'json', required: true, meaning: policyMeaning },
    region: regionArgument(() => clients().region),
  };
  const put = async (inputs: Properties): Promise<Properties> => {
    const [Bucket, Policy] = [String(inputs.bucket), String(inputs.policy)];
    await called(
      `putting S3 Bucket (${Bucket}) Policy`,
      clients().s3.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    );
    return { bucket: Bucket, policy: Policy, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      return { id: String(inputs.bucket), outputs: await put(inputs) };
    },
    read: async (old) => {
      const live = await policyOf(clients(), old.id);
      if (live === undefined) return undefined;
      const outputs = {
        bucket: old.id,
        policy: policyTextOf(live, old.outputs.policy),
        region: clients().region,
      };
      return { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => (call.preview ? previewOfUpdate(table, news, old) : put(news)),
    delete: async (old) => {
      const call = clients().s3.send(new DeleteBucketPolicyCommand({ Bucket: old.id }));
      await found(`deleting S3 Bucket Policy (${old.id})`, call, 'NoSuchBucket');
    },
  };
}

async function policyOf({ s3 }: Clients, bucket: string): Promise<string | undefined> {
  const call = s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  const missing = ['NoSuchBucket', 'NoSuchBucketPolicy'];
  return (await found(`reading S3 Bucket Policy (${bucket})`, call, ...missing))?.Policy;
}

/** A policy that means the same keeps the text that is in state. */
export function policyTextOf(live: string, old: unknown): string {
  if (typeof old !== 'string') return live;
  const meant = (text: string): string => canonical(policyMeaning(JSON.parse(text) as Json));
  return meant(live) === meant(old) ? old : live;
}

/**
 * A policy with everything that AWS reads alike written alike: a single value is a list of one, order in lists
 * does not count, and the principal `*` is any AWS principal.
 */
export function policyMeaning(policy: Json): Json {
  if (Array.isArray(policy)) {
    return (policy as readonly Json[])
      .map(policyMeaning)
      .sort((one, other) => (canonical(one) < canonical(other) ? -1 : 1));
  }
  if (typeof policy !== 'object' || policy === null) return policy;
  const entries = Object.entries(policy).map(([name, value]): [string, Json] => {
    if (/^(Not)?Principal$/.test(name) && value === '*') return [name, { AWS: ['*'] }];
    const listable = name !== 'Version' && name !== 'Id' && name !== 'Sid' && name !== 'Effect';
    const single = typeof value !== 'object' || (name === 'Statement' && !Array.isArray(value));
    return [name, policyMeaning(listable && single ? [value] : value)];
  });
  return Object.fromEntries(entries);
}
