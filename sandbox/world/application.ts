import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import type { Claims } from '../identity/tokens.ts';
import { type Audience, bearerReader } from './bearer.ts';

/** What an application of the sample world is started with. */
export interface ApplicationOptions extends Audience {
  /** Its one login, to its own database. */
  readonly databaseUrl: string;
}

export interface RunningApplication {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** What its routes work with. */
export interface Backing {
  /** Rows of a statement through the one login. */
  readonly query: (
    statement: string,
    values?: readonly unknown[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Who calls; throws what becomes 401. */
  readonly caller: (request: FastifyRequest) => Promise<Claims>;
}

/** Thrown by a route, answered as it is. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * An HTTP server as a product has it: log-in by the tenant's tokens, rows through one database login that it keeps open. It
 * answers 401 to a bad token, 403 to what the database refuses, 503 when it cannot reach the database or the tenant.
 */
export async function startApplication(
  options: ApplicationOptions,
  routes: (app: FastifyInstance, backing: Backing) => void,
): Promise<RunningApplication> {
  const { databaseUrl: connectionString } = options;
  const pool = new pg.Pool({ connectionString, max: 4, connectionTimeoutMillis: 5000 });
  pool.on('error', () => undefined);
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) => {
    const { status, message } = asRefusal(error);
    return reply.code(status).send({ message });
  });
  const read = bearerReader(options);
  routes(app, {
    query: async (statement, values = []) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new Refusal(503, `the database lets nobody in (${codeOf(error)})`);
      });
      let broken = true;
      try {
        const running = client.query<Record<string, unknown>>(statement, [...values]);
        const { rows } = await within('15 seconds', 'a statement of the application', running);
        broken = false;
        return rows;
      } finally {
        client.release(broken);
      }
    },
    caller: async ({ headers }) => {
      const claims = await read(headers.authorization).catch((error: unknown) => {
        throw new Refusal(503, `the tenant does not answer (${codeOf(error)})`);
      });
      if (claims === undefined) throw new Refusal(401, 'log in first');
      return claims;
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await app.close();
      await within('10 seconds', 'the end of the connections', pool.end());
    },
  };
}

/** SQLSTATEs of a right that is missing, of a read-only database, and of a statement that does not fit its table. */
const refused = new Set(['42501', '25006']);
const unfit = /^(22|23)/;
/** A session that an administrator ended, or a server that shuts down. */
const ended = /^(57P|08)/;

function asRefusal(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof Refusal) return error;
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError && refused.has(code))
    return { status: 403, message: `the database refuses (${code})` };
  if (error instanceof pg.DatabaseError && unfit.test(code))
    return { status: 400, message: `not a row of this table (${code})` };
  if (ended.test(code) || (error as Error).message.startsWith('Connection terminated'))
    return { status: 503, message: `the database went away (${code})` };
  const { statusCode = 500 } = error as { readonly statusCode?: number };
  return { status: statusCode, message: `cannot answer (${code})` };
}

/** Code or name only: a message could hold a row. */
function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  return code ?? name ?? 'unknown';
}
