import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cloud, type Cloud } from './standin-aws.ts';

let aws: Cloud;
beforeAll(async () => {
  aws = await cloud();
});

/** A versioned bucket as somebody clicked it together. */
async function bucket(name: string): Promise<string> {
  const LocationConstraint = 'eu-central-1';
  await aws.s3.send(
    new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint } }),
  );
  await aws.s3.send(
    new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  return name;
}

describe('Bucket', () => {
  it('is imported by name; all that the first update writes is forceDestroy, which only state knows', async () => {
    const state = await aws.buckets.import(await bucket('s3-import'));
    expect(state.inputs).toEqual({ bucket: 's3-import', region: aws.region });
    const news = { bucket: 's3-import', forceDestroy: false };
    expect(await aws.buckets.diff(news, state)).toEqual({ changes: { forceDestroy: 'add' }, replaces: [] });
    const updated = await aws.buckets.update(news, state);
    expect((await aws.buckets.diff(news, updated)).changes).toEqual({});
    expect((await aws.buckets.refresh(updated))?.outputs).toEqual(updated.outputs);
  });

  it('shows tags that the program leaves out as taken away', async () => {
    const name = await bucket('s3-tags');
    await aws.s3.send(
      new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: [{ Key: 'system', Value: 'crm' }] } }),
    );
    const state = await aws.buckets.import(name);
    expect(state.inputs).toMatchObject({ tags: { system: 'crm' } });
    expect((await aws.buckets.diff({ bucket: name }, state)).changes).toMatchObject({ tags: 'delete' });
    const bare = await aws.buckets.update({ bucket: name }, state);
    expect((await aws.buckets.refresh(bare))?.outputs.tags).toEqual({});
  });

  it('is not deleted while it holds an object, an old version or a delete marker', async () => {
    const name = await bucket('s3-full');
    const state = await aws.buckets.import(name);
    await aws.s3.send(new PutObjectCommand({ Bucket: name, Key: 'letter', Body: 'text' }));
    await expect(aws.buckets.delete(state)).rejects.toThrow('BucketNotEmpty');
    await aws.s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'letter' }));
    await expect(aws.buckets.delete(state)).rejects.toThrow('BucketNotEmpty');
    expect(await aws.buckets.refresh(state)).toBeDefined();
  });

  it('is deleted when empty; a second time and a second look find nothing', async () => {
    const state = await aws.buckets.import(await bucket('s3-empty'));
    await aws.buckets.delete(state);
    await aws.buckets.delete(state);
    expect(await aws.buckets.refresh(state)).toBeUndefined();
  });

  it('is created, and one that exists already is an error', async () => {
    const state = await aws.buckets.create({ bucket: 's3-new', tags: { system: 'crm' } });
    expect(state.outputs).toMatchObject({
      bucket: 's3-new',
      arn: 'arn:aws:s3:::s3-new',
      forceDestroy: false,
      tags: { system: 'crm' },
    });
    await expect(aws.buckets.create({ bucket: 's3-new' })).rejects.toThrow('BucketAlreadyExists');
  });

  it.each([
    [{ forceDestroy: true }, 'forceDestroy: the stand-in empties no bucket'],
    [{ versioning: { enabled: true } }, 'versioning: unknown property'],
    [{ region: 'us-east-1' }, 'region: the stand-in works in its own region'],
  ])('refuses %j', async (more, message) => {
    await expect(aws.buckets.create({ bucket: 's3-refused', ...more })).rejects.toThrow(message);
  });

  it('is left alone by previews', async () => {
    const created = await aws.buckets.previewCreate({ bucket: 's3-preview' });
    expect(created).toEqual({ id: '', outputs: { bucket: 's3-preview', forceDestroy: false } });
    expect(await aws.buckets.refresh({ id: 's3-preview', inputs: {}, outputs: {} })).toBeUndefined();
  });
});

function policy(name: string, actions: readonly string[]): string {
  const Resource = `arn:aws:s3:::${name}/*`;
  const statement = { Sid: 'Deny', Effect: 'Deny', Principal: '*', Action: actions, Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

async function livePolicy(name: string): Promise<string | undefined> {
  return (await aws.s3.send(new GetBucketPolicyCommand({ Bucket: name }))).Policy;
}

describe('BucketPolicy', () => {
  it('takes the place of whatever policy was there', async () => {
    const name = await bucket('s3-overwrite');
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policy(name, ['s3:GetObject']) }));
    const state = await aws.policies.create({ bucket: name, policy: policy(name, ['s3:PutObject']) });
    expect(state.id).toBe(name);
    expect(await livePolicy(name)).toBe(policy(name, ['s3:PutObject']));
  });

  it('is imported by the name of the bucket, and another way of writing it is no change', async () => {
    const name = await bucket('s3-policy');
    const text = policy(name, ['s3:PutObject', 's3:DeleteObject']);
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: text }));
    const state = await aws.policies.import(name);
    expect(state.inputs).toEqual({ bucket: name, policy: text, region: aws.region });
    const turned = { bucket: name, policy: policy(name, ['s3:DeleteObject', 's3:PutObject']) };
    expect((await aws.policies.diff(turned, state)).changes).toEqual({});
    const narrower = { bucket: name, policy: policy(name, ['s3:*']) };
    expect((await aws.policies.diff(narrower, state)).changes).toEqual({ policy: 'update' });
  });

  it('is read back from the bucket: a change beside us is seen, a new way of writing is not', async () => {
    const name = await bucket('s3-drift');
    const news = { bucket: name, policy: policy(name, ['s3:PutObject', 's3:DeleteObject']) };
    const state = await aws.policies.create(news);
    const turned = policy(name, ['s3:DeleteObject', 's3:PutObject']);
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: turned }));
    expect((await aws.policies.refresh(state))?.outputs.policy).toBe(news.policy);
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policy(name, ['s3:PutObject']) }));
    expect((await aws.policies.refresh(state))?.outputs.policy).toBe(policy(name, ['s3:PutObject']));
  });

  it('opens the bucket again when it is deleted, and is gone then', async () => {
    const name = await bucket('s3-open');
    const state = await aws.policies.create({ bucket: name, policy: policy(name, ['s3:PutObject']) });
    await aws.policies.delete(state);
    expect(await aws.policies.refresh(state)).toBeUndefined();
    await aws.s3.send(new PutObjectCommand({ Bucket: name, Key: 'letter', Body: 'text' }));
  });

  it('is gone with its bucket, and deleting it then is done', async () => {
    const name = await bucket('s3-both');
    const state = await aws.policies.create({ bucket: name, policy: policy(name, ['s3:PutObject']) });
    await aws.buckets.delete(await aws.buckets.import(name));
    expect(await aws.policies.refresh(state)).toBeUndefined();
    await aws.policies.delete(state);
  });

  it('is replaced with its bucket and refuses what is no JSON text', async () => {
    const name = await bucket('s3-text');
    const state = await aws.policies.create({ bucket: name, policy: policy(name, ['s3:PutObject']) });
    expect((await aws.policies.diff({ bucket: 'other', policy: '{}' }, state)).replaces).toEqual(['bucket']);
    await expect(aws.policies.create({ bucket: name, policy: '{' })).rejects.toThrow('policy: is not a json');
    await expect(aws.policies.create({ bucket: name, policy: { Version: '1' } })).rejects.toThrow('policy');
  });

  it('is left alone by previews', async () => {
    const name = await bucket('s3-shown');
    const news = { bucket: name, policy: policy(name, ['s3:PutObject']) };
    const state = await aws.policies.create(news);
    const other = { ...news, policy: policy(name, ['s3:*']) };
    expect(await aws.policies.previewUpdate(other, state)).toMatchObject(other);
    expect(await livePolicy(name)).toBe(news.policy);
  });
});
