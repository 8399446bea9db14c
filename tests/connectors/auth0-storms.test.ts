import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownAnswersOf } from '../../connectors/auth0-answers.ts';
import { listClients, observe } from '../../connectors/index.ts';
import { type Certificates, certificatesIn } from '../../sandbox/identity/certificates.ts';
import { codeOf, type HttpFault, httpFaults, listening, secret, stopAll } from './faulty.ts';

const directory = mkdtempSync(join(tmpdir(), 'auth0-storms-'));
const before = { ...process.env };
let certificates: Certificates;

beforeAll(async () => {
  certificates = await certificatesIn(directory);
  const authority = readFileSync(certificates.caFile, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authority]);
});
beforeEach(() => {
  Object.assign(process.env, { AUTH0_CLIENT_ID: 'runner', AUTH0_CLIENT_SECRET: secret });
});
afterEach(async () => {
  process.env = { ...before };
  await stopAll();
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (value: object, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
const token = json({ access_token: 'a.b.c', token_type: 'Bearer', expires_in: 3600 });
const portal = json({ client_id: 'portal', name: 'portal', app_type: 'spa' });
/** A connection under TLS cannot be reset by hand. */
const hangingUp: Answer = (response) => response.socket?.destroy();
const tooMany = json({ statusCode: 429, error: 'Too Many Requests' }, 429, { 'retry-after': '1' });
const page = (from: number) => {
  const clients = Array.from({ length: 100 }, (_, index) => ({
    client_id: `c${from + index}`,
    name: 'other',
  }));
  return json({ start: from, limit: 100, total: 250, clients });
};

/** A tenant that gives tokens and answers the calls of the Management API in turn, the last answer for ever. */
async function tenant(answers: readonly Answer[], tokens: Answer = token): Promise<readonly string[]> {
  const { key, certificate: cert } = certificates;
  const calls: string[] = [];
  const left = [...answers];
  const server = createServer({ key, cert }, (request, response) => {
    request.resume();
    const asksForToken = request.url === '/oauth/token';
    calls.push(asksForToken ? 'token' : 'call');
    const answer = asksForToken ? tokens : left.length > 1 ? left.shift() : left[0];
    answer?.(response, request);
  });
  process.env.AUTH0_DOMAIN = `localhost:${await listening(server)}`;
  return calls;
}

const look = () => observe({ kind: 'auth0-client', id: 'portal' });

describe('a storm at an Auth0 tenant', () => {
  it.each([429, 500, 502, 503])(
    'of %d is tried three times and is unreachable then, never an absence',
    async (status) => {
      const calls = await tenant([json({ statusCode: status }, status, { 'retry-after': '1' })]);
      expect(await codeOf(look())).toBe('connector-unreachable');
      expect(calls).toEqual(['token', 'call', 'call', 'call']);
    },
  );

  it.each([429, 503])('of %d where tokens are given is unreachable, too', async (status) => {
    const calls = await tenant([portal], json({ error: 'no' }, status, { 'retry-after': '1' }));
    expect(await codeOf(look())).toBe('connector-unreachable');
    expect(calls).not.toContain('call');
  });

  it('that passes is waited for, as long as the tenant asks', async () => {
    const calls = await tenant([tooMany, portal]);
    const started = performance.now();
    expect(await look()).toMatchObject({ name: 'portal' });
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(calls).toEqual(['token', 'call', 'call']);
  });

  it('in the middle of a list gives no part of the list', async () => {
    await tenant([page(0), page(100), tooMany]);
    expect(await codeOf(listClients())).toBe('connector-unreachable');
  });

  it('is a whole list without a storm: the control', async () => {
    await tenant([
      page(0),
      page(100),
      json({ start: 200, limit: 100, total: 201, clients: [{ client_id: 'p', name: 'portal' }] }),
    ]);
    const clients = await listClients();
    expect(clients).toHaveLength(201);
    expect(clients.at(-1)).toEqual({ id: 'p', name: 'portal' });
  });
});

const unreachable = /^(a storm|a reset|half an answer)/;

describe('an Auth0 tenant that something else answers for', () => {
  it.each(Object.keys(httpFaults) as HttpFault[])('is an error, never an absence: %s', async (fault) => {
    await tenant([fault === 'a reset before the answer' ? hangingUp : httpFaults[fault]]);
    expect(await codeOf(look())).toBe(
      unreachable.test(fault) ? 'connector-unreachable' : 'connector-answer-unexpected',
    );
  });

  it('is unreachable where its name is unknown', async () => {
    process.env.AUTH0_DOMAIN = 'nowhere.invalid';
    expect(await codeOf(look())).toBe('connector-unreachable');
  });
});

it('a call that the SDK gives up ends with what the SDK knows as a time-out, any other with its reason', async () => {
  const { fetch } = ownAnswersOf('localhost');
  const given = (reason: string) => fetch('http://127.0.0.1:9', { signal: AbortSignal.abort(reason) });
  await expect(given('timeout')).rejects.toMatchObject({ name: 'AbortError' });
  await expect(given('another')).rejects.toBe('another');
});

/** Twenty seconds have to run out: with FULL=1 only. */
const slowly = process.env.FULL === undefined ? it.skip : it;

slowly(
  'an Auth0 tenant that never answers has timed out, which is not "failed"',
  async () => {
    await tenant([() => undefined]);
    expect(await codeOf(look())).toBe('connector-timed-out');
  },
  180_000,
);
