import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import process from 'node:process';
import { changeDatabase, type Database, observe, release, withDatabase } from '../../connectors/index.ts';
import { isMissing } from '../../connectors/auth0.ts';
import type { LiveTarget } from '../../lifecycle/index.ts';
import {
  codeOf,
  faultyHttp,
  faultyPostgresql,
  type HttpFault,
  httpFaults,
  type Reply,
  secret,
  stopAll,
} from './faulty.ts';

const before = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});
afterEach(async () => {
  process.env = { ...before };
  await stopAll();
});

/** One target of every kind that is looked at through AWS. */
const targets: readonly LiveTarget[] = [
  { kind: 'rds-instance', id: 'a' },
  { kind: 'rds-snapshot', id: 'a' },
  { kind: 'bucket', name: 'aaa' },
  { kind: 'bucket-policy', bucket: 'aaa' },
  { kind: 'bucket-prefix', bucket: 'aaa', prefix: 'p/' },
  { kind: 'ecs-service', cluster: 'c', service: 's' },
  { kind: 'scaling-target', cluster: 'c', service: 's' },
  { kind: 'function', name: 'f' },
  { kind: 'event-source-mapping', id: 'f' },
  { kind: 'event-rule', name: 'f' },
  { kind: 'event-target', rule: 'r', id: 'i' },
  { kind: 'schedule', name: 's' },
  { kind: 'queue', name: 'q' },
  { kind: 'queue-policy', queue: 'q' },
  { kind: 'secret', name: 's' },
  { kind: 'secret-policy', secret: 's' },
  { kind: 'rest-api', id: 'a' },
  { kind: 'rest-api-policy', api: 'a' },
  { kind: 'rest-api-stage', api: 'a', stage: 's' },
  { kind: 'gateway-response', api: 'a', type: 'DEFAULT_4XX' },
  { kind: 'api-key', id: 'k' },
  { kind: 'usage-plan', id: 'u' },
  { kind: 'iam-policy', name: 'p' },
  { kind: 'iam-role', name: 'r' },
  { kind: 'iam-user', name: 'u' },
  { kind: 'iam-role-policy', role: 'r', name: 'n' },
  { kind: 'iam-user-policy', user: 'u', name: 'n' },
];

const unreachable = /^(a storm|a reset|half an answer)/;

describe('AWS on a bad day', () => {
  it.each(Object.keys(httpFaults) as HttpFault[])(
    'is an error, never an absence or a setting: %s',
    async (fault) => {
      process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await faultyHttp(fault)}`;
      const answers = targets.map(async (target) => [target.kind, await codeOf(observe(target))]);
      const code = unreachable.test(fault) ? 'connector-unreachable' : 'connector-answer-unexpected';
      expect(await Promise.all(answers)).toEqual(targets.map(({ kind }) => [kind, code]));
    },
    120_000,
  );

  it.each(['an empty answer', "a proxy's 404"] as const)(
    'never takes a bucket for emptied, an instance for unlocked: %s',
    async (fault) => {
      process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await faultyHttp(fault)}`;
      const released = [release({ kind: 'bucket', name: 'aaa' }), release({ kind: 'rds-instance', id: 'a' })];
      expect(await Promise.all(released.map(codeOf))).toEqual([
        'connector-answer-unexpected',
        'connector-answer-unexpected',
      ]);
    },
    120_000,
  );

  it('is unreachable where its name is unknown', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://nowhere.invalid';
    expect(await codeOf(observe({ kind: 'rds-instance', id: 'a' }))).toBe('connector-unreachable');
  }, 60_000);
});

const begun: Reply = { tag: 'BEGIN' };
const worked: Reply = { tag: 'UPDATE 1' };
const committed: Reply = { tag: 'COMMIT' };

async function change(
  replies: readonly Reply[],
  work: (session: Database) => Promise<unknown> = (session) => session.query('UPDATE t SET a = 1'),
): Promise<string> {
  const port = await faultyPostgresql(replies);
  process.env.FAULTY_URL = `postgres://runner:${secret}@127.0.0.1:${port}/postgres`;
  return codeOf(changeDatabase('env:FAULTY_URL', 'crm', work));
}

describe('PostgreSQL on a bad day', () => {
  it('is done when, and only when, the commit was answered', async () => {
    const port = await faultyPostgresql([begun, worked, committed]);
    process.env.FAULTY_URL = `postgres://runner:${secret}@127.0.0.1:${port}/postgres`;
    const work = (session: Database) => session.query('UPDATE t SET a = 1').then(() => 'done');
    expect(await changeDatabase('env:FAULTY_URL', 'crm', work)).toBe('done');
  });

  it.each(['reset', 'half'] as const)(
    'is unreachable after a %s, wherever in the transaction',
    async (fault) => {
      expect(await change([fault])).toBe('connector-unreachable');
      expect(await change([begun, fault])).toBe('connector-unreachable');
      expect(await change([begun, worked, fault])).toBe('connector-unreachable');
    },
  );

  it.each(['reset', 'half'] as const)('says that it may be done after a %s inside COMMIT', async (fault) => {
    const port = await faultyPostgresql([begun, worked, fault]);
    process.env.FAULTY_URL = `postgres://runner:${secret}@127.0.0.1:${port}/postgres`;
    const work = (session: Database) => session.query('UPDATE t SET a = 1');
    await expect(changeDatabase('env:FAULTY_URL', 'crm', work)).rejects.toThrow(
      /did not answer COMMIT: all of the change was made, or nothing\n {2}HINT: the same command again/,
    );
  });

  it('is not done when the server has rolled back what was to be committed', async () => {
    expect(await change([begun, worked, { tag: 'ROLLBACK' }])).toBe('connector-answer-unexpected');
  });

  it('is unreachable where its name is unknown', async () => {
    process.env.FAULTY_URL = `postgres://runner:${secret}@nowhere.invalid/postgres`;
    const reading = withDatabase('env:FAULTY_URL', undefined, (session) => session.query('SELECT 1'));
    expect(await codeOf(reading)).toBe('connector-unreachable');
  }, 60_000);
});

describe('an Auth0 tenant on a bad day', () => {
  const answer = (body: unknown) => Object.assign(new Error('404'), { statusCode: 404, body });

  it('says itself that something is not there; a proxy cannot', () => {
    expect(isMissing(answer({ statusCode: 404, error: 'Not Found' }))).toBe(true);
    for (const body of ['<html>', null, undefined, {}, { statusCode: 200 }])
      expect(isMissing(answer(body))).toBe(false);
  });
});

/** A limit has to run out, so these take their time: with FULL=1 only. */
const slowly = process.env.FULL === undefined ? it.skip : it;

describe('a system that never answers', () => {
  slowly(
    'has timed out, which is not "failed" (PostgreSQL)',
    async () => {
      expect(await change(['silence'])).toBe('connector-timed-out');
      expect(await change([begun, worked, 'silence'])).toBe('connector-timed-out');
    },
    120_000,
  );

  slowly(
    'has timed out, which is not "failed" (AWS)',
    async () => {
      process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await faultyHttp(undefined)}`;
      expect(await codeOf(observe({ kind: 'rds-instance', id: 'a' }))).toBe('connector-timed-out');
    },
    180_000,
  );
});
