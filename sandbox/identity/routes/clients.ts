import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { pageOf } from '../paging.ts';
import { removeClient } from '../removal.ts';
import { type Client, randomText } from '../tenant.ts';
import { bodyOf, flagQuery, pageQuery, queryOf } from '../validation.ts';

export const passwordRealm = 'http://auth0.com/oauth/grant-type/password-realm';

const grantTypes = z.enum([
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  'password',
  passwordRealm,
]);

const fields = {
  name: z
    .string()
    .min(1)
    .regex(/^[^<>]*$/),
  description: z.string().max(140).optional(),
  app_type: z.enum(['native', 'spa', 'regular_web', 'non_interactive']).optional(),
  grant_types: z.array(grantTypes).optional(),
  callbacks: z.array(z.url()).optional(),
};

const creation = z.strictObject(fields);
const change = z.strictObject({ ...fields, name: fields.name.optional() });
const chosen = { fields: z.string().min(1).optional(), include_fields: flagQuery.default(true) };
const reading = z.strictObject(chosen);
const listing = z.strictObject({ ...pageQuery, ...chosen });

/** What the vendor gives a new client that names no grant types. */
const usualGrantTypes = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'];

export function clientRoutes(app: FastifyInstance, context: Context): void {
  const { tenant } = context;
  app.get('/api/v2/clients', (request, reply) => {
    const query = queryOf(listing, request.query);
    const all = [...tenant.clients.values()].map((client) => only(query, shown(context, client)));
    return reply.send(pageOf('clients', all, query));
  });
  app.post('/api/v2/clients', (request, reply) => {
    const client: Client = {
      client_id: randomText(32),
      client_secret: randomText(64),
      description: '',
      grant_types: usualGrantTypes,
      callbacks: [],
      ...defined(bodyOf(creation, request.body)),
    };
    tenant.clients.set(client.client_id, client);
    return reply.code(201).send(shown(context, client));
  });
  app.get<{ Params: { id: string } }>('/api/v2/clients/:id', (request, reply) => {
    const query = queryOf(reading, request.query);
    return reply.send(only(query, shown(context, known(context, request.params.id))));
  });
  app.patch<{ Params: { id: string } }>('/api/v2/clients/:id', (request, reply) => {
    const client = { ...known(context, request.params.id), ...defined(bodyOf(change, request.body)) };
    tenant.clients.set(client.client_id, client);
    return reply.send(shown(context, client));
  });
  app.delete<{ Params: { id: string } }>('/api/v2/clients/:id', (request, reply) => {
    removeClient(tenant, known(context, request.params.id).client_id);
    return reply.code(204).send();
  });
}

function known(context: Context, id: string): Client {
  const client = context.tenant.clients.get(id);
  if (!client) throw managementError(404, 'The client does not exist', 'inexistent_client');
  return client;
}

function shown(context: Context, client: Client): Readonly<Record<string, unknown>> {
  return { tenant: context.domain(), global: false, is_first_party: true, ...client };
}

/** `fields` names what is shown, or with include_fields=false what is not. */
function only(query: z.infer<typeof reading>, client: Readonly<Record<string, unknown>>): unknown {
  if (query.fields === undefined) return client;
  const named = new Set(query.fields.split(','));
  return Object.fromEntries(
    Object.entries(client).filter(([name]) => named.has(name) === query.include_fields),
  );
}

/** PATCH leaves alone what it does not name. */
function defined<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
