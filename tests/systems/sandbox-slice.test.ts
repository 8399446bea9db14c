import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { digest } from '../../diagnostics/index.ts';
import { logIn, machineToken } from '../../sandbox/identity/visitor.ts';
import { buildWorld, readWorld, type World } from '../../sandbox/slice/index.ts';
import { testSandbox } from '../sandbox-name.ts';

let world: World;
beforeAll(async () => {
  world = await buildWorld(testSandbox().env, { system: `world-${process.pid}` });
}, 60_000);

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the world of the sample CRM', () => {
  it('lets each principal do what its role allows and no more', async () => {
    const { urls, portal, customer, neighbour, neighbourCustomer } = world.keys;
    expect(await query(urls.application, 'SELECT count(*)::int AS n FROM kyc.documents')).toEqual([
      { n: 20 },
    ]);
    expect(await query(urls.erp, 'SELECT count(*)::int AS n FROM crm.orders')).toEqual([{ n: 120 }]);
    await expect(query(urls.erp, 'SELECT 1 FROM kyc.documents')).rejects.toThrow(/permission denied/);
    expect(await query(urls.breakGlass, 'SELECT current_user AS who')).toEqual([
      { who: world.names.breakGlass },
    ]);
    expect(await query(urls.administrator, 'SELECT count(*)::int AS n FROM crm.contacts')).toEqual([
      { n: 40 },
    ]);
    expect(await logIn(portal, customer)).toMatchObject({ allowed: true });
    expect(await logIn(neighbour, neighbourCustomer)).toMatchObject({ allowed: true });
    expect(await logIn(portal, neighbourCustomer)).toMatchObject({ allowed: false });
    expect(await machineToken(portal, 'https://api.crm.example.test')).toMatchObject({ allowed: true });
  });

  it('is read back equal as long as nothing touches it, also beside another world', async () => {
    const before = await readWorld(world);
    await buildWorld(testSandbox().env, { system: `beside-${process.pid}` });
    expect(await readWorld(world)).toEqual(before);
  }, 60_000);

  it('is read back different after any change', async () => {
    const changed = await buildWorld(testSandbox().env, { system: `changed-${process.pid}` });
    const { names, keys } = changed;
    const seen = new Set([digest(await readWorld(changed))]);
    const runner = keys.urls.runner;
    const inDatabase = new URL(runner);
    inDatabase.pathname = `/${names.database}`;
    const changes = [
      () => query(runner, `ALTER ROLE ${names.erp} NOLOGIN`),
      () => query(runner, `ALTER ROLE ${names.application} PASSWORD 'another'`),
      () => query(runner, `REVOKE ${names.documents} FROM ${names.application}`),
      () => query(runner, `ALTER DATABASE ${names.database} CONNECTION LIMIT 7`),
      () => query(inDatabase.href, `REVOKE DELETE ON crm.orders FROM ${names.contacts}`),
      () => query(inDatabase.href, "UPDATE crm.contacts SET phone = '0' WHERE id = 7"),
      () => closeBucket(changed),
    ];
    for (const change of changes) {
      await change();
      seen.add(digest(await readWorld(changed)));
    }
    expect(seen.size).toBe(changes.length + 1);
  }, 60_000);
});

async function closeBucket(world: World): Promise<void> {
  const s3 = new S3Client({ endpoint: world.environment.AWS_ENDPOINT_URL, forcePathStyle: true });
  const Resource = `arn:aws:s3:::${world.keys.bucket}/*`;
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: world.keys.bucket, Policy }));
  s3.destroy();
}
