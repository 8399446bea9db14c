import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { checkpointOf } from '../paging.ts';
import { removeConnection } from '../removal.ts';
import { type Connection, connectionByName, randomText } from '../tenant.ts';
import { bodyOf, checkpointQuery, flagQuery, queryOf } from '../validation.ts';

const options = z.strictObject({
  disable_signup: z.boolean().optional(),
  brute_force_protection: z.boolean().optional(),
  passwordPolicy: z.enum(['none', 'low', 'fair', 'good', 'excellent']).optional(),
});

const creation = z.strictObject({
  name: z
    .string()
    .max(128)
    .regex(/^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$/),
  strategy: z.literal('auth0'),
  options: options.optional(),
});
const change = z.strictObject({ options: options.optional() });
const listing = z.strictObject({
  ...checkpointQuery,
  include_totals: flagQuery.optional(),
  name: z.string().optional(),
  strategy: z.literal('auth0').optional(),
});
const checkpoint = z.strictObject(checkpointQuery);
const nothing = z.strictObject({});
/** The vendor's limit per call. */
const enabling = z
  .array(z.strictObject({ client_id: z.string().min(1), status: z.boolean() }))
  .min(1)
  .max(50);

const usualOptions = { brute_force_protection: true, passwordPolicy: 'good' };

export function connectionRoutes(app: FastifyInstance, context: Context): void {
  const { tenant } = context;
  app.get('/api/v2/connections', (request, reply) => {
    const query = queryOf(listing, request.query);
    const all = [...tenant.connections.values()].filter(({ name }) => (query.name ?? name) === name);
    return reply.send(checkpointOf('connections', all.map(shown), ({ id }) => id, query));
  });
  app.post('/api/v2/connections', (request, reply) => {
    const body = bodyOf(creation, request.body);
    if (connectionByName(tenant, body.name)) {
      throw managementError(409, 'A connection with the same name already exists', 'connection_conflict');
    }
    const merged = { ...usualOptions, ...body.options };
    const connection: Connection = {
      ...body,
      id: `con_${randomText(16)}`,
      options: merged,
      enabledClients: [],
    };
    tenant.connections.set(connection.id, connection);
    return reply.code(201).send(shown(connection));
  });
  app.get<{ Params: { id: string } }>('/api/v2/connections/:id', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(shown(known(context, request.params.id)));
  });
  app.patch<{ Params: { id: string } }>('/api/v2/connections/:id', (request, reply) => {
    const connection = known(context, request.params.id);
    // The vendor's trap: `options` is replaced as a whole, so an option that is not sent is gone.
    const changed = { ...connection, options: bodyOf(change, request.body).options ?? connection.options };
    tenant.connections.set(connection.id, changed);
    return reply.send(shown(changed));
  });
  app.delete<{ Params: { id: string } }>('/api/v2/connections/:id', (request, reply) => {
    removeConnection(tenant, known(context, request.params.id));
    return reply.code(204).send();
  });
  enabledClientRoutes(app, context);
}

function enabledClientRoutes(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { id: string } }>('/api/v2/connections/:id/clients', (request, reply) => {
    const { enabledClients } = known(context, request.params.id);
    const clients = enabledClients.map((client_id) => ({ client_id }));
    const query = queryOf(checkpoint, request.query);
    return reply.send(checkpointOf('clients', clients, ({ client_id }) => client_id, query));
  });
  app.patch<{ Params: { id: string } }>('/api/v2/connections/:id/clients', (request, reply) => {
    const connection = known(context, request.params.id);
    const enabled = new Set(connection.enabledClients);
    for (const { client_id, status } of bodyOf(enabling, request.body)) {
      if (!context.tenant.clients.has(client_id)) {
        throw managementError(400, `The client does not exist: ${client_id}`, 'inexistent_client');
      }
      if (status) enabled.add(client_id);
      else enabled.delete(client_id);
    }
    context.tenant.connections.set(connection.id, { ...connection, enabledClients: [...enabled] });
    return reply.code(204).send();
  });
}

function known(context: Context, id: string): Connection {
  const connection = context.tenant.connections.get(id);
  if (!connection) throw managementError(404, 'The connection does not exist', 'inexistent_connection');
  return connection;
}

function shown({ id, name, strategy, options }: Connection) {
  return { id, name, strategy, options, realms: [name], is_domain_connection: false };
}
