import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { observe, release } from '../../connectors/index.ts';
import { enterSandbox } from '../../sandbox/index.ts';
import { buildWorld, readWorld, type World } from '../../sandbox/slice/index.ts';
import { errorOf } from '../evidence/temporary.ts';
import { testSandbox } from '../sandbox-name.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

const credentials = 'env:CRM_DATABASE_URL';
let world: World;
beforeAll(async () => {
  enterSandbox(testSandbox());
  world = await buildWorld(testSandbox().env, { system: `connect-${process.pid}` });
}, 60_000);

/** One statement in the CRM's database, as its owner would run it. */
async function sql(statement: string, database = world.names.database): Promise<void> {
  const url = new URL(world.keys.urls.runner);
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const grantOf = (schema: string, role: string) =>
  observe({ kind: 'schema-grant', credentials, database: world.names.database, schema, role });

describe('observing the sample CRM', () => {
  it('sees every kind of thing, by the names of the contract, and changes nothing', async () => {
    const { names } = world;
    const before = await readWorld(world);
    expect(await observe({ kind: 'rds-instance', id: names.instance })).toEqual({
      deletionProtection: true,
      engine: 'postgres',
      instanceClass: 'db.t3.small',
      allocatedStorage: 20,
      username: 'crm_master',
      status: 'available',
      arn: expect.stringMatching(/^arn:aws[a-z-]*:rds:/),
    });
    const bucket = await observe({ kind: 'bucket', name: names.bucket });
    expect(bucket).toEqual({ versioning: 'Enabled', objects: 4 });
    expect(await observe({ kind: 'database', credentials, name: names.database })).toEqual({
      owner: names.owner,
      allowConnections: true,
      connectionLimit: -1,
      sessions: 0,
      preparedTransactions: 0,
      activeSlots: 0,
      subscriptions: 0,
    });
    expect(await observe({ kind: 'database-role', credentials, name: names.application })).toEqual({
      login: true,
      superuser: false,
      createRole: false,
      createDatabase: false,
      inherit: true,
      replication: false,
      bypassRowLevelSecurity: false,
      connectionLimit: -1,
      roles: [names.contacts, names.documents].sort(),
      validUntil: 'infinity',
      searchPath: [],
    });
    expect(await grantOf('crm', names.contacts)).toEqual({
      database: names.database,
      privileges: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
      uniform: true,
      grantable: false,
      schemaUsage: true,
    });
    expect(await readWorld(world)).toEqual(before);
  });

  it('answers undefined for what is absent, of every kind', async () => {
    const { names } = world;
    const name = 'not-there-at-all';
    const database = names.database;
    const targets = [
      { kind: 'rds-instance', id: name },
      { kind: 'rds-snapshot', id: name },
      { kind: 'bucket', name },
      { kind: 'bucket-policy', bucket: name },
      { kind: 'bucket-policy', bucket: names.bucket },
      { kind: 'database', credentials, name },
      { kind: 'database-role', credentials, name },
      { kind: 'schema-grant', credentials, database, schema: name, role: names.contacts },
      { kind: 'schema-grant', credentials, database, schema: 'crm', role: name },
      { kind: 'schema-grant', credentials, database: name, schema: 'crm', role: names.contacts },
      { kind: 'auth0-client', id: name },
      { kind: 'auth0-connection', id: 'con_0000000000000000' },
    ] as const;
    for (const target of targets) expect([target, await observe(target)]).toEqual([target, undefined]);
  });

  it('counts the sessions of others in a database and not its own', async () => {
    const client = new pg.Client({ connectionString: world.keys.urls.application });
    await client.connect();
    const target = { kind: 'database', credentials, name: world.names.database } as const;
    const [during] = await Promise.all([observe(target), grantOf('crm', world.names.contacts)]);
    await client.end();
    expect(during?.sessions).toBe(1);
  });

  it('counts the sessions of others also for a login that may not look into them', async () => {
    const login = `plain_${process.pid}`;
    const password = createHash('sha256').update(login).digest('hex');
    await sql(`CREATE ROLE ${login} LOGIN PASSWORD '${password}'`);
    const url = new URL(world.keys.urls.runner);
    Object.assign(url, { username: login, password });
    process.env.PLAIN_URL = url.href;
    const client = new pg.Client({ connectionString: world.keys.urls.application });
    await client.connect();
    const target = { kind: 'database', credentials: 'env:PLAIN_URL', name: world.names.database } as const;
    const during = await observe(target);
    await client.end();
    await sql(`DROP ROLE ${login}`);
    expect(during?.sessions).toBeGreaterThanOrEqual(1);
  });
});

describe('rights in a schema', () => {
  const role = () => `granted_${process.pid}`;
  beforeAll(async () => {
    await sql(`CREATE SCHEMA odd; CREATE TABLE odd.a (x int); CREATE TABLE odd.b (x int);
      CREATE VIEW odd.c AS SELECT 1; CREATE ROLE ${role()};`);
  });

  it.each<[string, string, object]>([
    ['none at all', '', { privileges: [], uniform: true, grantable: false, schemaUsage: false }],
    [
      'the same on all tables and views',
      'GRANT USAGE ON SCHEMA odd TO $; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA odd TO $',
      { privileges: ['INSERT', 'SELECT'], uniform: true, grantable: false, schemaUsage: true },
    ],
    [
      'more on one table',
      'GRANT SELECT ON ALL TABLES IN SCHEMA odd TO $; GRANT DELETE ON odd.a TO $',
      { privileges: ['SELECT'], uniform: false },
    ],
    ['none on the view', 'GRANT SELECT ON odd.a, odd.b TO $', { privileges: [], uniform: false }],
    [
      'a column of its own',
      'GRANT SELECT ON ALL TABLES IN SCHEMA odd TO $; GRANT UPDATE (x) ON odd.b TO $',
      { privileges: ['SELECT'], uniform: false },
    ],
    [
      'one that may be handed on',
      'GRANT SELECT ON ALL TABLES IN SCHEMA odd TO $; GRANT SELECT ON odd.b TO $ WITH GRANT OPTION',
      { privileges: ['SELECT'], uniform: true, grantable: true },
    ],
  ])('are read from the access lists: %s', async (_name, statements, expected) => {
    await sql(`REVOKE ALL ON ALL TABLES IN SCHEMA odd FROM ${role()} CASCADE;
      REVOKE ALL (x) ON odd.b FROM ${role()}; REVOKE ALL ON SCHEMA odd FROM ${role()};
      ${statements.replaceAll('$', role())}`);
    expect(await grantOf('odd', role())).toMatchObject(expected);
  });

  it('of an owner are those of a list that was never written', async () => {
    const owner = `owning_${process.pid}`;
    await sql(`CREATE ROLE ${owner}; CREATE SCHEMA owned AUTHORIZATION ${owner};
      CREATE TABLE owned.a (x int); ALTER TABLE owned.a OWNER TO ${owner}`);
    const all = ['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE'];
    expect(await grantOf('owned', owner)).toMatchObject({ privileges: all, schemaUsage: true });
  });
});

describe('a live system that cannot be asked', () => {
  it('PostgreSQL with a wrong password; the password is not repeated', async () => {
    const url = new URL(world.keys.urls.runner);
    url.password = 'wrong-sesame';
    process.env.TEST_WRONG_URL = url.href;
    const target = { kind: 'database', credentials: 'env:TEST_WRONG_URL', name: 'postgres' } as const;
    const error = await errorOf(observe(target));
    expect(error.problems).toMatchObject([{ code: 'connector-credentials-refused', exit: 'unreachable' }]);
    expect(error.message).not.toContain('sesame');
  });

  it('PostgreSQL in a database that admits nobody is an error, not an absence', async () => {
    const shut = `shut_${process.pid}`;
    await sql(`CREATE DATABASE ${shut}`, 'postgres');
    await sql(`ALTER DATABASE ${shut} ALLOW_CONNECTIONS false`, 'postgres');
    const target = { kind: 'schema-grant', credentials, database: shut, schema: 'a', role: 'b' } as const;
    expect((await errorOf(observe(target))).problems).toMatchObject([{ exit: 'unreachable' }]);
    await sql(`DROP DATABASE ${shut}`, 'postgres');
  });
});

describe('releasing', () => {
  let own: World;
  beforeAll(async () => {
    own = await buildWorld(testSandbox().env, { system: `release-${process.pid}` });
  }, 60_000);

  it('lifts the protection of an instance, and again without harm', async () => {
    const target = { kind: 'rds-instance', id: own.names.instance } as const;
    await release(target);
    await release(target);
    expect(await observe(target)).toMatchObject({ deletionProtection: false });
  });

  it('empties a bucket of all versions and markers and leaves the bucket itself', async () => {
    const target = { kind: 'bucket', name: own.names.bucket } as const;
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = process.env;
    const s3 = new S3Client({ endpoint, region, forcePathStyle: true });
    const puts = Array.from({ length: 30 }, (_, i) =>
      s3.send(new PutObjectCommand({ Bucket: target.name, Key: `more/${i % 7}`, Body: 'x' })),
    );
    await Promise.all(puts);
    await release(target);
    expect(await observe(target)).toEqual({ versioning: 'Enabled', objects: 0 });
    await expect(s3.send(new GetBucketVersioningCommand({ Bucket: target.name }))).resolves.toBeDefined();
    s3.destroy();
  });

  it('empties a prefix and then takes its own statements out of the policy, which others have changed meanwhile', async () => {
    const bucket = `shared-${process.pid}`;
    const target = { kind: 'bucket-prefix', bucket, prefix: 'crm/' } as const;
    const s3 = new S3Client({ forcePathStyle: true });
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    expect(await observe(target)).toBeUndefined();
    await Promise.all(['crm/1', 'crm/1', 'crm/2', 'crm.txt', 'crm', 'shop/1'].map(put));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'crm/2' }));
    const statement = (Sid: string, prefix: string) => {
      const Resource = `arn:aws:s3:::${bucket}/${prefix}*`;
      const Condition = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:user/*'] } };
      return { Sid, Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource, Condition };
    };
    const others = [statement('TeardownDenyWrites', 'erp/'), statement('OfTheShop', 'crm/')];
    const ours = ['TeardownDenyWrites', 'TeardownDenyReads'].map((sid) => statement(sid, 'crm/'));
    const policy = { Version: '2012-10-17', Id: 'platform', Statement: [ours[0], ...others, ours[1]] };
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));
    expect(await observe(target)).toEqual({ objects: 4, denials: 2 });
    await release(target);
    expect(await observe(target)).toBeUndefined();
    await release(target);
    expect(await observe({ kind: 'bucket-policy', bucket })).toEqual({
      policy: { ...policy, Statement: others },
    });
    expect(await observe({ kind: 'bucket', name: bucket })).toMatchObject({ objects: 3 });
    const alone = { ...policy, Statement: ours };
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(alone) }));
    expect(await observe(target)).toEqual({ objects: 0, denials: 2 });
    await release(target);
    expect(await observe({ kind: 'bucket-policy', bucket })).toBeUndefined();
    s3.destroy();
  });

  it('keeps the denials of a prefix while an object in it cannot be deleted', async () => {
    const bucket = `held-${process.pid}`;
    const target = { kind: 'bucket-prefix', bucket, prefix: 'crm/' } as const;
    const s3 = new S3Client({ forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    const held = { Bucket: bucket, ObjectLockEnabledForBucket: true, CreateBucketConfiguration };
    await s3.send(new CreateBucketCommand(held));
    const ObjectLockRetainUntilDate = new Date(Date.now() + 3_600_000);
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate } as const;
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'crm/1', Body: 'x', ChecksumAlgorithm: 'SHA256', ...lock }),
    );
    const Resource = [`arn:aws:s3:::${bucket}/crm/*`];
    const ours = {
      Sid: 'TeardownDenyWrites',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [ours] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    s3.destroy();
    expect((await errorOf(release(target))).message).toContain('connector-release-refused');
    expect(await observe(target)).toEqual({ objects: 1, denials: 1 });
  });

  it.each([
    { kind: 'bucket-prefix', bucket: 'gone-for-good', prefix: 'crm/' },
    { kind: 'rds-instance', id: 'gone' },
    { kind: 'bucket', name: 'gone-for-good' },
    { kind: 'database', credentials, name: 'gone' },
  ] as const)('does nothing for %j, which is absent', async (target) => {
    await expect(release(target)).resolves.toBeUndefined();
  });
});
