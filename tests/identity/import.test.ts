import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn } from '../../sandbox/identity/index.ts';
import { importAccounts } from '../../sandbox/world/import-accounts.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => remove(server));

/** PBKDF2 of "an imported word", made by Python's hashlib. */
const hash = {
  algorithm: 'pbkdf2',
  hash: {
    value:
      '$pbkdf2-sha512$i=1000,l=64$c2FsdCBvZiBzaXh0ZWVuLg$v2nyiXipx2fKA61xdNr0Hefa1cCR36J004+lNKOHcJ3hlNgKrpRd6yFsT1VgelJcg26+FGJu0JbgyD7gm3vLAg',
    encoding: 'utf8',
  },
};

function fileOf(users: unknown): Blob {
  return new Blob([JSON.stringify(users)]);
}

async function imported(connection_id: string, users: Blob) {
  const { id } = await server.api.jobs.usersImports.create({ users, connection_id });
  for (;;) {
    const job = await server.api.jobs.get(id);
    if (!['pending', 'processing'].includes(job.status)) return job;
    await sleep(20);
  }
}

describe('an import job', () => {
  it('takes users in who log in with the password that was hashed elsewhere', async () => {
    const { application, account, connectionId } = await smallWorld(server, 'import');
    const users = [{ email: 'Grace@example.test', custom_password_hash: hash }];
    const job = await imported(connectionId, fileOf(users));
    expect(job).toMatchObject({
      status: 'completed',
      summary: { failed: 0, inserted: 1, updated: 0, total: 1 },
    });
    const grace = { ...account, email: 'grace@example.test' };
    expect(await logIn(application, { ...grace, password: 'an imported word' })).toMatchObject({
      allowed: true,
    });
    expect(await logIn(application, { ...grace, password: 'another word' })).toMatchObject({
      allowed: false,
    });
  });

  it('tells which users it did not take, without their hashes, and takes the others', async () => {
    const { account, connectionId } = await smallWorld(server, 'rejected');
    const job = await imported(
      connectionId,
      fileOf([
        { email: account.email.toUpperCase(), custom_password_hash: hash },
        { email: 'no address', custom_password_hash: hash },
        { email: 'plain@example.test', password: 'in the clear' },
        { email: 'twice@example.test', custom_password_hash: hash },
        { email: 'twice@example.test', custom_password_hash: hash },
      ]),
    );
    expect(job).toMatchObject({ status: 'completed', summary: { failed: 4, inserted: 1, total: 5 } });
    const errors = (await server.api.jobs.errors.get(job.id)) as readonly { errors: { code: string }[] }[];
    expect(errors.map(({ errors: [first] }) => first?.code)).toEqual([
      'DUPLICATED_USER',
      'INVALID_FORMAT',
      'INVALID_FORMAT',
      'DUPLICATED_USER',
    ]);
    expect(JSON.stringify(errors)).not.toContain(hash.hash.value);
  });

  it('fails as a whole when its file is no list', async () => {
    const { connectionId } = await smallWorld(server, 'no-list');
    expect(await imported(connectionId, new Blob(['[{"email":']))).toMatchObject({ status: 'failed' });
    expect(await imported(connectionId, fileOf({ users: [] }))).toMatchObject({ status: 'failed' });
  });

  it('is refused beyond 500 KB, for an unknown connection, as an upsert, and beside two others', async () => {
    const { connectionId } = await smallWorld(server, 'refused');
    const create = (users: Blob, connection_id = connectionId, upsert = false) =>
      server.api.jobs.usersImports.create({ users, connection_id, upsert }, { maxRetries: 0 });
    await expect(create(new Blob(['x'.repeat(512_000)]))).rejects.toMatchObject({ statusCode: 413 });
    await expect(create(fileOf([]), 'con_0000000000000000')).rejects.toMatchObject({ statusCode: 400 });
    await expect(create(fileOf([]), connectionId, true)).rejects.toMatchObject({ statusCode: 400 });
    const many = fileOf(
      Array.from({ length: 1700 }, (_, n) => ({ email: `n${n}@example.test`, custom_password_hash: hash })),
    );
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => create(many)));
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toMatchObject({ reason: { statusCode: 429 } });
  });

  it('brings thousands of accounts in, file by file, and they are there after a restart', async () => {
    const { application, account, connectionId } = await smallWorld(server, 'crowd');
    const counts: number[] = [];
    const crowd = {
      connection: connectionId,
      password: 'one for all',
      count: 5000,
      email: (n: number) => `c${n}@example.test`,
    };
    await importAccounts(server.api, crowd, (count) => counts.push(count));
    expect(counts.at(-1)).toBe(5000);
    expect(counts.length).toBeGreaterThan(1);
    await server.stop();
    server = await startServer(server.directory, '--port', String(server.port));
    const last = { ...account, email: 'c4999@example.test', password: 'one for all' };
    expect(await logIn(application, last)).toMatchObject({ allowed: true });
    const q = `identities.connection:"${account.connection}"`;
    const found = await server.api.users.list({ q, include_totals: true, per_page: 1 });
    expect(found.response).toMatchObject({ total: 5001 });
  });
});
