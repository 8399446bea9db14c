import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { observe } from '../../connectors/index.ts';
import { TeardownError } from '../../diagnostics/index.ts';

const secret = 'sesame-7f3a';
const target = { kind: 'database-role', credentials: 'env:TEST_DATABASE_URL', name: 'crm_app' } as const;

async function problemWith(url: string): Promise<TeardownError['problems'][0]> {
  process.env.TEST_DATABASE_URL = url;
  try {
    await observe(target);
  } catch (error) {
    if (!(error instanceof TeardownError)) throw error;
    expect(`${error.message}\n${String(error.stack)}`).not.toContain(secret);
    return error.problems[0];
  }
  throw new Error('it did not throw');
}

/** A server that answers the start of a session with one error, as PostgreSQL's protocol writes it. */
function refusing(sqlState: string): Promise<Server> {
  return listening((socket) => {
    socket.once('data', () => {
      const body = Buffer.from(`SFATAL\0C${sqlState}\0Mno, ${secret}\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(body.length + 4, 1);
      socket.end(Buffer.concat([head, body]));
    });
  });
}

function listening(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  servers.push(server);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    }),
  );
}

const servers: Server[] = [];

function urlOf(server: Server): string {
  return `postgres://runner:${secret}@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`;
}

afterEach(() => {
  delete process.env.TEST_DATABASE_URL;
  for (const server of servers.splice(0)) server.close();
});

describe('a PostgreSQL server that cannot be asked', () => {
  it('is unreachable where nobody listens; place named, password not', async () => {
    const server = await listening(() => undefined);
    const url = urlOf(server);
    await new Promise((resolve) => server.close(resolve));
    const problem = await problemWith(url);
    expect(problem).toMatchObject({ code: 'connector-unreachable', exit: 'unreachable' });
    expect(problem.detail).toMatch(/^no connection to PostgreSQL at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/);
  });

  it('is unreachable if it hangs up', async () => {
    const problem = await problemWith(urlOf(await listening((socket) => socket.destroy())));
    expect(problem.code).toBe('connector-unreachable');
  });

  it.each([
    ['28P01', 'connector-credentials-refused'],
    ['28000', 'connector-credentials-refused'],
    ['42501', 'connector-rights-missing'],
    ['57P03', 'connector-unreachable'],
    ['53300', 'connector-unreachable'],
    ['3D000', 'connector-answer-unexpected'],
    ['XX000', 'connector-answer-unexpected'],
  ])('answers SQLSTATE %s with %s, and the text of the server stays out', async (state, code) => {
    const problem = await problemWith(urlOf(await refusing(state)));
    expect(problem).toMatchObject({ code, exit: 'unreachable' });
    expect(problem.hint).not.toBe('');
  });

  it.each(['57014', '55P03', '25P03', '25P04'])('has timed out with SQLSTATE %s', async (state) => {
    const problem = await problemWith(urlOf(await refusing(state)));
    expect(problem).toMatchObject({ code: 'connector-timed-out', exit: 'timedOut' });
  });

  it.each([
    `mysql://runner:${secret}@localhost/x`,
    `postgres://runner:${secret}@[::1/x`,
    `runner:${secret}@localhost`,
    `postgres://runner:${secret}@localhost:port/x`,
  ])('has a malformed URL (%#)', async (url) => {
    const problem = await problemWith(url);
    expect(problem).toMatchObject({ code: 'connector-credentials-malformed', exit: 'unreachable' });
    expect(problem.detail).toContain('env:TEST_DATABASE_URL');
  });
});
