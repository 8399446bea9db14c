import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { observe, release } from '../../connectors/index.ts';
import { TeardownError } from '../../diagnostics/index.ts';

/** Answers every request with one status and body; what S3 and RDS really send is the systems tests' matter. */
async function answering(status: number, body: string): Promise<void> {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'a-test' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const secret = 'not-for-print-9c1';
const before = { ...process.env };
let server: Server | undefined;

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

afterEach(() => {
  process.env = { ...before };
  server?.close();
  server = undefined;
});

async function problemOf(work: Promise<unknown>): Promise<TeardownError['problems'][0]> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TeardownError)) throw new Error('no TeardownError', { cause: error });
  expect(error.message).not.toContain(secret);
  return error.problems[0];
}

const bucket = { kind: 'bucket-policy', bucket: 'slice-crm-attachments' } as const;
const instance = { kind: 'rds-instance', id: 'slice-crm-prod' } as const;
const s3Error = (code: string) => `<Error><Code>${code}</Code><Message>m</Message></Error>`;
const rdsError = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`;

describe('AWS that cannot be asked', () => {
  it('is unreachable where nobody listens', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    expect(await problemOf(observe(bucket))).toMatchObject({
      code: 'connector-unreachable',
      exit: 'unreachable',
    });
    expect(await problemOf(observe(instance))).toMatchObject({ code: 'connector-unreachable' });
  });

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID'])('lacks %s', async (name) => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the variable's absence is the case
    delete process.env[name];
    const problem = await problemOf(observe(bucket));
    expect(problem).toMatchObject({ code: 'connector-credentials-missing', exit: 'unreachable' });
    expect(problem.hint).toContain(name);
  });

  it.each([
    ['InvalidAccessKeyId', 'connector-credentials-refused'],
    ['SignatureDoesNotMatch', 'connector-credentials-refused'],
    ['ExpiredToken', 'connector-credentials-refused'],
    ['AccessDenied', 'connector-rights-missing'],
  ])('refuses with %s', async (answer, code) => {
    await answering(403, s3Error(answer));
    expect(await problemOf(observe(bucket))).toMatchObject({ code, exit: 'unreachable' });
  });

  it.each([
    ['Throttling', instance, rdsError],
    ['ThrottlingException', instance, rdsError],
    ['RequestLimitExceeded', instance, rdsError],
    ['TooManyRequestsException', instance, rdsError],
    ['SlowDown', bucket, s3Error],
  ] as const)(
    'is asked too much: %s is unreachable for now, although its status is 400',
    async (answer, target, error) => {
      await answering(400, error(answer));
      const problem = await problemOf(observe(target));
      expect(problem).toMatchObject({ code: 'connector-unreachable', exit: 'unreachable' });
      expect(problem.detail).toContain(answer);
    },
  );

  it.each([
    ['RequestTimeTooSkewed', bucket, s3Error],
    ['RequestExpired', instance, rdsError],
  ] as const)("does not know our clock's time: %s", async (answer, target, error) => {
    await answering(403, error(answer));
    const problem = await problemOf(observe(target));
    expect(problem).toMatchObject({ code: 'connector-credentials-refused', hint: 'timedatectl status' });
    expect(problem.detail).toMatch(/^the clock of this machine/);
  });

  it('answers something we do not know', async () => {
    await answering(400, rdsError('SomethingNew'));
    const problem = await problemOf(observe(instance));
    expect(problem).toMatchObject({ code: 'connector-answer-unexpected', exit: 'unreachable' });
    expect(problem.detail).toBe('AWS RDS answered SomethingNew');
  });
});

describe('an absent thing', () => {
  it.each(['NoSuchBucket', 'NoSuchBucketPolicy'])('is undefined, not an error (%s)', async (code) => {
    await answering(404, s3Error(code));
    expect(await observe(bucket)).toBeUndefined();
  });

  it.each(['DBInstanceNotFound', 'DBInstanceNotFoundFault'])('is undefined in RDS too (%s)', async (code) => {
    await answering(404, rdsError(code));
    expect(await observe(instance)).toBeUndefined();
    await expect(release(instance)).resolves.toBeUndefined();
  });
});

describe('emptying a bucket', () => {
  it('refuses if S3 keeps a version, and names no key', async () => {
    const listed =
      '<ListVersionsResult><Version><Key>ana.pdf</Key><VersionId>v1</VersionId></Version></ListVersionsResult>';
    const kept = '<DeleteResult><Error><Key>ana.pdf</Key><Code>AccessDenied</Code></Error></DeleteResult>';
    server = createServer((request, response) => {
      response.setHeader('x-amz-request-id', 'a-test');
      response.end(request.method === 'POST' ? kept : listed);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const problem = await problemOf(release({ kind: 'bucket', name: 'slice-crm-attachments' }));
    expect(problem).toMatchObject({ code: 'connector-release-refused', exit: 'refused' });
    expect(problem.detail).toBe('bucket slice-crm-attachments keeps 1 of 1 object versions (AccessDenied)');
  });
});
