import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { checkpointOf, pageOf } from '../paging.ts';
import type { LogEvent } from '../tenant.ts';
import { matcherOf } from '../terms.ts';
import { checkpointQuery, pageQuery, queryOf } from '../validation.ts';

const searched = ['type', 'client_id', 'user_id', 'user_name', 'connection'] as const;
const fields: ReadonlyMap<string, (event: LogEvent, value: string) => boolean> = new Map(
  searched.map((field) => [field, (event: LogEvent, value: string) => event[field] === value]),
);

const byCheckpoint = z.strictObject(checkpointQuery);
const byPage = z.strictObject({
  ...pageQuery,
  q: z.string().optional(),
  sort: z.enum(['date:1', 'date:-1']).default('date:-1'),
});

/** What happened at the token endpoint: by page the newest first, by checkpoint (`from`, `take`) the oldest first and as a bare list. */
export function logRoutes(app: FastifyInstance, { tenant }: Context): void {
  app.get('/api/v2/logs', (request, reply) => {
    const asked = request.query as Readonly<Record<string, string>>;
    const all = [...tenant.logs.values()];
    if ('from' in asked || 'take' in asked) {
      const { from, take } = queryOf(byCheckpoint, asked);
      const after = from === undefined ? undefined : Buffer.from(from).toString('base64url');
      const page = checkpointOf('logs', all, ({ log_id }) => log_id, { from: after, take });
      return reply.send((page as { readonly logs: readonly LogEvent[] }).logs);
    }
    const query = queryOf(byPage, asked);
    const found = all.filter(matcherOf(query.q, fields));
    return reply.send(pageOf('logs', query.sort === 'date:1' ? found : found.reverse(), query));
  });
  app.get<{ Params: { id: string } }>('/api/v2/logs/:id', (request, reply) => {
    const found = tenant.logs.get(request.params.id);
    if (!found) throw managementError(404, 'The log event does not exist.', 'inexistent_log');
    return reply.send(found);
  });
}
