import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { findConnectionByName } from '../../connectors/index.ts';
import { remove, type Server, startServer } from './support.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
  Object.assign(process.env, server.environment);
  await server.api.connections.create({ name: 'the-one', strategy: 'auth0' });
});
afterAll(() => remove(server));

it('looks ask for one token together', async () => {
  const asked = jest.spyOn(globalThis, 'fetch');
  for (let look = 0; look < 3; look += 1) await findConnectionByName('the-one');
  const paths = asked.mock.calls.map(([where]) =>
    where instanceof Request ? new URL(where.url).pathname : new URL(where).pathname,
  );
  asked.mockRestore();
  expect(paths.filter((path) => path === '/api/v2/connections')).toHaveLength(3);
  expect(paths.filter((path) => path === '/oauth/token').length).toBeLessThanOrEqual(1);
});

it('a token that counts no more is replaced by another', async () => {
  const id = await findConnectionByName('the-one');
  await server.stop();
  rmSync(join(server.directory, 'signing-key.pem'));
  server = await startServer(server.directory, '--port', String(server.port));
  expect(await findConnectionByName('the-one')).toBe(id);
});
