import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Management } from 'auth0';
import { importAccounts } from '../../sandbox/world/import-accounts.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => remove(server));

type Exporting = Management.CreateExportUsersRequestContent;

/** The lines of the file, and where it was fetched. */
async function exported(asked: Exporting) {
  const { id } = await server.api.jobs.usersExports.create(asked);
  for (;;) {
    const { status, location = '' } = await server.api.jobs.get(id);
    if (status !== 'completed') {
      await sleep(20);
      continue;
    }
    const text = gunzipSync(Buffer.from(await (await fetch(location)).arrayBuffer())).toString();
    const users = text.split('\n').slice(0, -1);
    return { location, users: users.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }
}

describe('an export job', () => {
  it('holds all users of a connection, beyond the 1,000 that pages show, and no hash of a password', async () => {
    const { connectionId } = await smallWorld(server, 'many');
    await smallWorld(server, 'others');
    const crowd = {
      connection: connectionId,
      count: 1200,
      password: 'a word',
      email: (n: number) => `c${n}@example.test`,
    };
    await importAccounts(server.api, crowd, () => undefined);
    const { users } = await exported({ connection_id: connectionId, format: 'json' });
    expect(users).toHaveLength(1201);
    expect(new Set(users.map(({ user_id }) => user_id)).size).toBe(1201);
    expect(Object.keys(users[0] ?? {})).toEqual([
      'user_id',
      'email',
      'email_verified',
      'name',
      'blocked',
      'created_at',
    ]);
    await expect(server.api.users.list({ page: 12, per_page: 100 })).rejects.toThrow('first 1000');
  }, 60_000);

  it('gives the fields that were asked for, as many users as were asked for, and its file to nobody who guesses', async () => {
    await smallWorld(server, 'few');
    await smallWorld(server, 'fewer');
    const { users, location } = await exported({ limit: 1, fields: [{ name: 'email' }] });
    expect(users).toEqual([{ email: 'ada@example.test' }]);
    expect((await fetch(location.replace(/exports\/./, 'exports/_'))).status).toBe(403);
  });

  it.each<[string, Exporting]>([
    ['a connection that does not exist', { connection_id: 'con_none' }],
    ['what is not modelled', { format: 'csv' }],
    ['a field that does not exist', { fields: [{ name: 'password' }] }],
  ])('is refused for %s', async (_what, asked) => {
    await expect(server.api.jobs.usersExports.create(asked)).rejects.toMatchObject({ statusCode: 400 });
  });
});
