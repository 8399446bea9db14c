/** Servers that answer as live systems do on a bad day. */
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect } from '@jest/globals';
import { TeardownError } from '../../diagnostics/index.ts';

/** What goes wrong with every answer over HTTP. */
export const httpFaults = {
  'a reset before the answer': (answer: ServerResponse) => answer.socket?.resetAndDestroy(),
  'half an answer': (answer: ServerResponse) => {
    answer.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
    answer.write('<ListVersionsResult><IsTruncated>fal', () => answer.socket?.destroy());
  },
  'an answer cut off with its length made good': sending(200, 'text/xml', '<ListVersionsResult><IsTrunc'),
  'JSON that is cut off': sending(200, 'application/json', '{"services": [{"desiredCo'),
  'an empty answer': sending(200, 'text/xml', ''),
  'an empty object': sending(200, 'application/json', '{}'),
  "a proxy's page instead of an answer": sending(200, 'text/html', '<html><body>Please log in</body></html>'),
  "a proxy's 404": sending(404, 'text/html', '<html><body>no such page</body></html>'),
  'a 404 without a word': sending(404, 'text/plain', ''),
  'a storm of 429': sending(429, 'text/plain', 'slow down', { 'retry-after': '0' }),
  'a storm of 500': sending(500, 'text/plain', 'oops'),
  'a storm of 503': sending(503, 'text/plain', 'busy', { 'retry-after': '0' }),
} as const;

export type HttpFault = keyof typeof httpFaults;

function sending(status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return (answer: ServerResponse): void => {
    answer.writeHead(status, { 'content-type': type, ...headers });
    answer.end(body);
  };
}

const running: Server[] = [];

/** Listens on a free port of this machine, until `stopAll`. */
export async function listening(server: Server): Promise<number> {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server with one fault; `undefined`: it never answers. */
export function faultyHttp(fault: HttpFault | undefined): Promise<number> {
  return listening(
    createHttpServer((request, answer) => {
      request.resume();
      if (fault !== undefined) httpFaults[fault](answer);
    }),
  );
}

export async function stopAll(): Promise<void> {
  for (const server of running.splice(0)) {
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What a PostgreSQL server does with one query. */
export type Reply = { readonly tag: string } | 'reset' | 'half' | 'silence';

/** A PostgreSQL server that lets everybody in and does with the queries of a session what it is told, in turn. */
export function faultyPostgresql(replies: readonly Reply[]): Promise<number> {
  return listening(
    createServer((socket) => {
      const left = [...replies];
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
        socket.on('data', (data) => {
          if (data.toString('latin1', 0, 1) === 'Q') answerQuery(socket, left.shift() ?? 'silence');
        });
      });
    }),
  );
}

const ready = message('Z', Buffer.from('I'));

function answerQuery(socket: Socket, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  if (reply === 'half') {
    socket.write(Buffer.from('C\0\0'), () => socket.destroy());
    return;
  }
  socket.write(Buffer.concat([message('C', Buffer.from(`${reply.tag}\0`)), ready]));
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** What no error may print. */
export const secret = 'not-for-print-9c1';

/** The code of the problem that the work must end with; an answer of any kind fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    (value) => (value === undefined ? 'absent' : `answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(outcome instanceof TeardownError)) return String(outcome);
  expect(outcome.message).not.toContain(secret);
  return outcome.problems[0].code;
}
