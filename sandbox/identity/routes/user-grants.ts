import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { pageOf } from '../paging.ts';
import { removeUserGrants } from '../removal.ts';
import { pageQuery, queryOf } from '../validation.ts';

const filters = {
  user_id: z.string().optional(),
  client_id: z.string().optional(),
  audience: z.string().optional(),
};
const listing = z.strictObject({ ...pageQuery, ...filters });
const ofUser = z.strictObject({ user_id: z.string().min(1) });

/** What users have granted to applications for good (offline access); a grant takes its refresh tokens with it. */
export function userGrantRoutes(app: FastifyInstance, { tenant }: Context): void {
  app.get('/api/v2/grants', (request, reply) => {
    const query = queryOf(listing, request.query);
    const found = [...tenant.userGrants.values()].filter(
      ({ user_id, clientID, audience }) =>
        [query.user_id ?? user_id, query.client_id ?? clientID, query.audience ?? audience].join(' ') ===
        [user_id, clientID, audience].join(' '),
    );
    return reply.send(pageOf('grants', found, query));
  });
  app.delete<{ Params: { id: string } }>('/api/v2/grants/:id', (request, reply) => {
    removeUserGrants(tenant, ({ id }) => id === request.params.id);
    return reply.code(204).send();
  });
  app.delete('/api/v2/grants', (request, reply) => {
    const asked = queryOf(ofUser, request.query);
    removeUserGrants(tenant, ({ user_id }) => user_id === asked.user_id);
    return reply.code(204).send();
  });
}
