import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as connectors from '../../connectors/index.ts';
import { bucketDenials, type DenialConnectors } from '../../provider/bucket-denials.ts';
import { testSandbox } from '../sandbox-name.ts';
import { driven, type Driven } from '../standins/handlers.ts';

const type = 'teardown:index:BucketDenials';
const Bucket = `denials-${process.pid}`;
let s3: S3Client;

function resource(load: () => Promise<DenialConnectors> = () => Promise.resolve(connectors)): Driven {
  return driven({ name: 'teardown', version: '0.0.0', resources: { [type]: bucketDenials(load) } }, type);
}

function statement(Sid: string, prefix: string) {
  const Resource = `arn:aws:s3:::${Bucket}/${prefix}*`;
  return { Sid, Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource };
}

const writes = statement('TeardownDenyWrites', 'crm/');
const reads = statement('TeardownDenyReads', 'crm/');
const ofTheErp = statement('TeardownDenyWrites', 'erp/');
const ofTheShop = statement('OfTheShop', 'shop/');
const late = statement('Late', 'shop/');

function inputs(...statements: readonly object[]) {
  return { bucket: Bucket, prefix: 'crm/', statements };
}

/** As another product would: the policy as a whole. */
async function put(...Statement: readonly object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'platform', Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

async function live(): Promise<unknown> {
  return (await connectors.observe({ kind: 'bucket-policy', bucket: Bucket }))?.policy;
}

function policyOf(...Statement: readonly object[]) {
  return { Version: '2012-10-17', Id: 'platform', Statement };
}

beforeAll(async () => {
  testSandbox();
  s3 = new S3Client({ forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
});
beforeEach(async () => {
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
});

describe('statements in the policy of a shared bucket', () => {
  it('are none and change nothing, stand beside what others have written by then, and go alone', async () => {
    await put(ofTheShop);
    const denials = resource();
    let state = await denials.create(inputs());
    expect(await live()).toEqual(policyOf(ofTheShop));
    await put(ofTheShop, late, ofTheErp);
    state = await denials.update(inputs(writes), state);
    expect(await live()).toEqual(policyOf(ofTheShop, late, ofTheErp, writes));
    await put(late, writes, ofTheErp);
    state = await denials.update(inputs(writes, reads), state);
    expect(await live()).toEqual(policyOf(late, ofTheErp, writes, reads));
    await denials.delete(state);
    expect(await live()).toEqual(policyOf(late, ofTheErp, writes, reads));
    await denials.update(inputs(), state);
    expect(await live()).toEqual(policyOf(late, ofTheErp));
  });

  it('make a policy where there was none, and leave none behind', async () => {
    const denials = resource();
    const state = await denials.create(inputs(writes));
    expect(await live()).toEqual({ Version: '2012-10-17', Statement: [writes] });
    await denials.update(inputs(), state);
    expect(await live()).toBeUndefined();
  });

  it('are there once, when the first try was killed after it had written; a preview writes nothing', async () => {
    await resource().previewCreate(inputs(writes));
    expect(await live()).toBeUndefined();
    await resource().create(inputs(writes));
    await resource().create(inputs(writes));
    expect(await live()).toEqual({ Version: '2012-10-17', Statement: [writes] });
  });

  it('are missed by a refresh when somebody took one out, and written again', async () => {
    const denials = resource();
    const closed = inputs(writes, reads);
    const state = await denials.create(closed);
    expect((await denials.diff(closed, state)).changes).toEqual({});
    await put(ofTheShop, reads);
    const seen = await denials.refresh(state);
    if (!seen) throw new Error('the statements are not in the state any more');
    expect((await denials.diff(closed, seen)).changes).toEqual({ statements: 'update' });
    await denials.update(closed, seen);
    expect(await live()).toEqual(policyOf(ofTheShop, writes, reads));
  });

  it('are refused when the policy is not as it was written: somebody else wrote it meanwhile', async () => {
    const racing: DenialConnectors = {
      ...connectors,
      writeBucketDenials: async (...args) => {
        await connectors.writeBucketDenials(...args);
        await put(ofTheShop);
      },
    };
    await expect(resource(() => Promise.resolve(racing)).create(inputs(writes))).rejects.toThrow(
      'shared-part-left',
    );
    expect(await live()).toEqual(policyOf(ofTheShop));
  });
});
