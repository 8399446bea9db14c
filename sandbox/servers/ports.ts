import { createServer } from 'node:net';
import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';

const attempts = 3;

/**
 * Starts a server that has to be told its port, on a free one: should somebody else take that before the server listens, on another.
 * Throws what `start` throws, and TeardownError if every port was taken.
 */
export async function onFreePort<T>(
  start: (port: number) => Promise<T>,
  choose: () => Promise<number> = freePort,
): Promise<T> {
  const taken: number[] = [];
  for (;;) {
    const port = await choose();
    try {
      return await start(port);
    } catch (error) {
      if (!/address already in use/i.test(String(error))) throw error;
      taken.push(port);
      if (taken.length === attempts) throw allTaken(taken, error);
    }
  }
}

function allTaken(ports: readonly number[], cause: unknown): TeardownError {
  const detail = `ports ${ports.join(', ')} of 127.0.0.1 were free and then taken by other processes`;
  const hint = 'see who listens: ss -ltnp; then run the command again';
  return new TeardownError(problems('sandbox-no-port', { detail, hint }), { cause });
}

/** A port nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
