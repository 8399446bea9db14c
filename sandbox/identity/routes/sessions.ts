import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { checkpointOf } from '../paging.ts';
import { endSessions, removeTokens } from '../removal.ts';
import { checkpointQuery, flagQuery, queryOf } from '../validation.ts';

const listing = z.strictObject({ ...checkpointQuery, include_totals: flagQuery.optional() });

interface ById {
  readonly Params: { readonly id: string };
}

/** The sessions and refresh tokens of one user; a deletion ends them all. */
export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { tenant } = context;
  app.get<ById>('/api/v2/users/:id/sessions', (request, reply) => {
    const all = [...tenant.sessions.values()].filter(({ user_id }) => user_id === request.params.id);
    return reply.send(checkpointOf('sessions', all, ({ id }) => id, queryOf(listing, request.query)));
  });
  app.delete<ById>('/api/v2/users/:id/sessions', (request, reply) => {
    endSessions(tenant, new Set([request.params.id]));
    return reply.code(202).send();
  });
  app.get<ById>('/api/v2/users/:id/refresh-tokens', (request, reply) => {
    const all = [...tenant.refreshTokens.values()]
      .filter(({ user_id }) => user_id === request.params.id)
      .map(({ token, client_id, user_id }) => ({ id: token.slice(0, 12), client_id, user_id }));
    return reply.send(checkpointOf('tokens', all, ({ id }) => id, queryOf(listing, request.query)));
  });
  app.delete<ById>('/api/v2/users/:id/refresh-tokens', (request, reply) => {
    removeTokens(tenant, ({ user_id }) => user_id === request.params.id);
    return reply.code(202).send();
  });
}
