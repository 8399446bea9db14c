/** A way to a real PostgreSQL server on which a test breaks the connection at a statement of its choice. */
import { connect, createServer, type Socket } from 'node:net';
import { listening } from './faulty.ts';

/**
 * What becomes of a statement: the connection is reset before it reaches the server, or after the server has carried it out and
 * before the answer arrives.
 */
export type Fate = 'passes' | 'never arrives' | 'is not answered';

/** Told every statement, in order, before it goes on. */
export type Watch = (statement: string) => Fate | Promise<Fate>;

/** The URL of the same server through the proxy, until `stopAll`. */
export async function throughProxy(url: string, watch: Watch): Promise<string> {
  const proxied = new URL(url);
  const { hostname, port } = proxied;
  const server = createServer((socket) => void relay(socket, connect(Number(port), hostname), watch));
  proxied.port = String(await listening(server));
  return proxied.href;
}

async function relay(client: Socket, server: Socket, watch: Watch): Promise<void> {
  const reset = (): void => {
    client.resetAndDestroy();
    server.resetAndDestroy();
  };
  let answered = true;
  client.on('error', () => undefined);
  server.on('error', () => client.destroy());
  server.on('end', () => client.end());
  server.on('data', (answer) => {
    if (answered) client.write(answer);
    else reset();
  });
  try {
    for await (const message of messages(client)) {
      const statement = statementOf(message);
      const fate = statement === undefined ? 'passes' : await watch(statement);
      if (fate === 'never arrives') reset();
      else {
        answered &&= fate === 'passes';
        server.write(message);
      }
    }
    server.end();
  } catch {
    server.destroy();
  }
}

/** Messages of the frontend: the first has no type, all begin with their length. */
async function* messages(client: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let type = 0;
  for await (const data of client) {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      if (rest.length < type + 4) break;
      const length = type + rest.readInt32BE(type);
      if (rest.length < length) break;
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
      type = 1;
    }
  }
}

/** The text of a Query or a Parse message. */
function statementOf(message: Buffer): string | undefined {
  const type = message.toString('latin1', 0, 1);
  if (type === 'Q') return message.toString('utf8', 5, message.length - 1);
  if (type !== 'P') return undefined;
  const start = message.indexOf(0, 5) + 1;
  return message.toString('utf8', start, message.indexOf(0, start));
}
