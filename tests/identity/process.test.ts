import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { logIn, refresh } from '../../sandbox/identity/index.ts';
import { rateLimiter } from '../../sandbox/identity/rate-limit.ts';
import { type Server, smallWorld, startServer, temporaryDirectory } from './support.ts';

const main = join(import.meta.dirname, '..', '..', 'sandbox', 'identity', 'main.ts');

let servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  for (const { directory } of servers) rmSync(directory, { recursive: true, force: true });
  servers = [];
});

async function start(...parameters: Parameters<typeof startServer>): Promise<Server> {
  const server = await startServer(...parameters);
  servers.push(server);
  return server;
}

/** Waits at most some seconds for the port to close. */
async function untilRefused(address: string): Promise<unknown> {
  for (let tries = 0; tries < 100; tries += 1) {
    const code = await fetch(address).then(
      () => undefined,
      (error: unknown) => (error as { cause?: { code?: unknown } }).cause?.code,
    );
    if (code === 'ECONNREFUSED') return code;
    await sleep(50);
  }
  return undefined;
}

describe('a restart over the same directory', () => {
  it('keeps tenant, management client, certificate and issued tokens', async () => {
    const first = await start();
    const world = await smallWorld(first, 'kept');
    const answer = await logIn(world.application, world.account);
    const refreshToken = answer.allowed ? String(answer.tokens.refresh_token) : '';
    servers = [];
    await first.stop();
    const second = await start(first.directory, '--port', String(first.port));
    expect(second.domain).toBe(first.domain);
    expect(second.management).toEqual(first.management);
    expect(await logIn(world.application, world.account)).toMatchObject({ allowed: true });
    expect(await refresh(world.application, refreshToken)).toMatchObject({ allowed: true });
  });

  it('finds accounts in the file, but no password', async () => {
    const server = await start();
    const { account } = await smallWorld(server, 'files');
    servers = [];
    await server.stop();
    const text = readFileSync(join(server.directory, 'tenant.ndjson'), 'utf8');
    rmSync(server.directory, { recursive: true });
    expect(text).toContain(account.email);
    expect(text).not.toContain(account.password);
  });
});

describe('the process', () => {
  it('two over different directories know nothing of each other', async () => {
    const [one, other] = [await start(), await start()];
    await one.api.connections.create({ name: 'here', strategy: 'auth0' });
    expect((await other.api.connections.list()).data).toEqual([]);
  });

  it('ends with exit code 0 on SIGTERM', async () => {
    const server = await start();
    servers = [];
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    rmSync(server.directory, { recursive: true });
  });

  it('ends with the process that started it when it was told to', async () => {
    const directory = temporaryDirectory();
    const program = `const { spawn } = require('node:child_process');
      spawn(process.execPath, [${JSON.stringify(main)}, '--data', ${JSON.stringify(directory)}, '--with-parent'],
        { stdio: ['ignore', 'inherit', 'inherit'] });`;
    const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const { domain } = JSON.parse(line) as { domain: string };
    parent.kill('SIGKILL');
    await expect(untilRefused(`https://${domain}/`)).resolves.toBe('ECONNREFUSED');
    rmSync(directory, { recursive: true });
  });

  it('says how it is called when it is called wrongly', async () => {
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [text] = (await once(child.stderr, 'data')) as [Buffer];
    expect(text.toString()).toContain('usage: main.ts --data DIR');
  });
});

describe('the rate limit', () => {
  it('is told in the headers of every answer, and answers 429 beyond it', async () => {
    const { domain } = await start(undefined, '--rate', '2');
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await fetch(`https://${domain}/api/v2/clients`));
    const limited = answers.find(({ status }) => status === 429);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('2');
    expect(answers[0]?.headers.get('x-ratelimit-remaining')).toBe('1');
    expect(Number(limited?.headers.get('x-ratelimit-reset'))).toBeGreaterThanOrEqual(Date.now() / 1000 - 1);
    expect(await limited?.json()).toMatchObject({ statusCode: 429, errorCode: 'too_many_requests' });
  });

  it('is waited for by the SDK until the second that the header names', async () => {
    const { api } = await start(undefined, '--rate', '2');
    const lists = await Promise.all([1, 2, 3].map(() => api.connections.list()));
    expect(lists.map(({ data }) => data)).toEqual([[], [], []]);
  });

  it('lets the burst through at once and then the rate', () => {
    let now = 0;
    const allowance = rateLimiter({ perSecond: 2, burst: 3 }, () => now);
    const allowed = () => allowance().allowed;
    expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false]);
    now = 500;
    expect([allowed(), allowed()]).toEqual([true, false]);
    now = 60_000;
    expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false]);
  });
});
