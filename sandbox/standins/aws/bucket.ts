import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3';
import { TeardownError } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { problems } from '../problems.ts';
import { called, type Clients, found } from './clients.ts';
import { regionArgument, tagList, tagMap, tagsArgument } from './tags.ts';

export function bucketHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    bucket: { kind: 'string', required: true, replaces: true },
    forceDestroy: {
      kind: 'boolean',
      default: false,
      refuse: (value) => (value === true ? 'the stand-in empties no bucket' : undefined),
    },
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const bucket = String(inputs.bucket);
      await create(clients(), bucket);
      await retag(clients(), bucket, inputs.tags);
      return { id: bucket, outputs: await outputsOf(clients(), bucket, inputs) };
    },
    read: async (old) => {
      if (!(await exists(clients(), old.id))) return undefined;
      const outputs = await outputsOf(clients(), old.id, old.outputs);
      return { id: old.id, inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      if ('tags' in differenceOf(table, news, old).changes) await retag(clients(), old.id, news.tags);
      return outputsOf(clients(), old.id, news);
    },
    delete: async (old) => {
      const call = clients().s3.send(new DeleteBucketCommand({ Bucket: old.id }));
      await found(`deleting S3 Bucket (${old.id})`, call, 'NoSuchBucket');
    },
  };
}

/** us-east-1 answers a second create of one's own bucket with success: the real provider looks first. */
async function create(clients: Clients, bucket: string): Promise<void> {
  if (await exists(clients, bucket)) {
    const detail = `creating S3 Bucket (${bucket}): BucketAlreadyExists`;
    throw new TeardownError(problems('standin-refused', { detail, hint: 'import it' }));
  }
  const LocationConstraint = clients.region as BucketLocationConstraint;
  const command = new CreateBucketCommand({
    Bucket: bucket,
    ...(clients.region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint } }),
  });
  await called(`creating S3 Bucket (${bucket})`, clients.s3.send(command));
}

async function exists({ s3 }: Clients, bucket: string): Promise<boolean> {
  const call = s3.send(new HeadBucketCommand({ Bucket: bucket }));
  return (await found(`reading S3 Bucket (${bucket})`, call, 'NotFound', 'NoSuchBucket')) !== undefined;
}

async function retag({ s3 }: Clients, bucket: string, tags: unknown): Promise<void> {
  const TagSet = tagList(tags);
  const call =
    TagSet.length > 0
      ? s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }))
      : s3.send(new DeleteBucketTaggingCommand({ Bucket: bucket }));
  await called<unknown>(`tagging S3 Bucket (${bucket})`, call);
}

/** `forceDestroy` lives in state only; an import leaves it out, and the first update writes it. */
async function outputsOf({ s3, region }: Clients, bucket: string, kept: Properties): Promise<Properties> {
  const call = s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
  const tagging = await found(`reading tags of S3 Bucket (${bucket})`, call, 'NoSuchTagSet');
  return {
    bucket,
    arn: `arn:${region.startsWith('cn-') ? 'aws-cn' : 'aws'}:s3:::${bucket}`,
    bucketRegion: region,
    region,
    tags: tagMap(tagging?.TagSet),
    ...(kept.forceDestroy === undefined ? {} : { forceDestroy: kept.forceDestroy }),
  };
}
