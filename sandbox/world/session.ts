import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';

/** A session of somebody who logged in once and stays. */
export interface HeldSession {
  /** Answers 200 while the session works and 410 once it has been ended. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a session and keeps it; others ask over HTTP whether it still works. */
export async function holdSession(connectionString: string): Promise<HeldSession> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  let ended = false;
  client.on('error', () => (ended = true));
  client.on('end', () => (ended = true));
  await within('15 seconds', 'opening a session', client.connect());
  const server = createServer((_request, response) => {
    const asked = ended
      ? Promise.reject(new Error('ended'))
      : client.query('SELECT count(*) FROM crm.orders');
    const status = (code: number) => () => response.writeHead(code).end();
    within('10 seconds', 'a statement in an open session', asked).then(status(200), () => {
      status(ended ? 410 : 403)();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await client.end().catch(() => undefined);
    },
  };
}
