import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { checkpointOf, pageOf } from '../paging.ts';
import { removeResourceServer } from '../removal.ts';
import { type ClientGrant, randomText, type ResourceServer, resourceServerOf } from '../tenant.ts';
import { bodyOf, checkpointQuery, flagQuery, pageQuery, queryOf } from '../validation.ts';

const settings = {
  name: z.string().min(1).optional(),
  scopes: z
    .array(z.strictObject({ value: z.string().min(1), description: z.string().optional() }))
    .optional(),
  signing_alg: z.literal('RS256').optional(),
  token_lifetime: z.int().min(1).optional(),
  allow_offline_access: z.boolean().optional(),
  skip_consent_for_verifiable_first_party_clients: z.boolean().optional(),
  enforce_policies: z.boolean().optional(),
  token_dialect: z.enum(['access_token', 'access_token_authz']).optional(),
};
const change = z.strictObject(settings);
const creation = z.strictObject({ ...settings, identifier: z.string().min(1) });
const listing = z.strictObject({ ...pageQuery, identifiers: z.string().optional() });
const grantChange = z.strictObject({ scope: z.array(z.string()).optional() });
const grantCreation = z.strictObject({
  client_id: z.string(),
  audience: z.string(),
  scope: z.array(z.string()).default([]),
});
const grantListing = z.strictObject({
  ...checkpointQuery,
  include_totals: flagQuery.optional(),
  audience: z.string().optional(),
  client_id: z.string().optional(),
});

const usual = {
  scopes: [],
  signing_alg: 'RS256',
  token_lifetime: 86_400,
  allow_offline_access: false,
  skip_consent_for_verifiable_first_party_clients: true,
  enforce_policies: false,
  token_dialect: 'access_token',
} as const;

interface ById {
  readonly Params: { readonly id: string };
}

/** APIs and what machines may ask of them. */
export function apiRoutes(app: FastifyInstance, context: Context): void {
  const { tenant } = context;
  app.get('/api/v2/resource-servers', (request, reply) => {
    const query = queryOf(listing, request.query);
    const named = (server: ResourceServer) => (query.identifiers ?? server.identifier) === server.identifier;
    return reply.send(pageOf('resource_servers', [...tenant.resourceServers.values()].filter(named), query));
  });
  app.post('/api/v2/resource-servers', (request, reply) => {
    const body = bodyOf(creation, request.body);
    if (resourceServerOf(tenant, body.identifier)) {
      throw managementError(409, 'A resource server with the same identifier exists', 'inexistent_api');
    }
    const { identifier } = body;
    const server = { ...usual, name: identifier, ...given(body), identifier, id: randomText(24) };
    tenant.resourceServers.set(server.id, server);
    return reply.code(201).send(server);
  });
  app.get<ById>('/api/v2/resource-servers/:id', (request, reply) =>
    reply.send(serverNamed(context, request.params.id)),
  );
  app.patch<ById>('/api/v2/resource-servers/:id', (request, reply) => {
    const server = {
      ...serverNamed(context, request.params.id),
      ...given(bodyOf(change, request.body)),
    };
    tenant.resourceServers.set(server.id, server);
    return reply.send(server);
  });
  app.delete<ById>('/api/v2/resource-servers/:id', (request, reply) => {
    removeResourceServer(tenant, serverNamed(context, request.params.id));
    return reply.code(204).send();
  });
  grantRoutes(app, context);
}

function grantRoutes(app: FastifyInstance, context: Context): void {
  const { clientGrants, clients } = context.tenant;
  app.get('/api/v2/client-grants', (request, reply) => {
    const query = queryOf(grantListing, request.query);
    const all = [...clientGrants.values()]
      .filter(({ audience }) => (query.audience ?? audience) === audience)
      .filter(({ client_id }) => (query.client_id ?? client_id) === client_id);
    return reply.send(checkpointOf('client_grants', all, ({ id }) => id, query));
  });
  app.post('/api/v2/client-grants', (request, reply) => {
    const body = bodyOf(grantCreation, request.body);
    if (!clients.has(body.client_id)) {
      throw managementError(404, 'The client does not exist', 'inexistent_client');
    }
    mustHave(context, body.audience, body.scope);
    const same = [...clientGrants.values()].some(
      ({ client_id, audience }) => client_id === body.client_id && audience === body.audience,
    );
    if (same) throw managementError(409, 'The client grant exists already', 'client_grant_conflict');
    const grant: ClientGrant = { ...body, id: `cgr_${randomText(16)}` };
    clientGrants.set(grant.id, grant);
    return reply.code(201).send(grant);
  });
  app.get<ById>('/api/v2/client-grants/:id', (request, reply) =>
    reply.send(grantOf(context, request.params.id)),
  );
  app.patch<ById>('/api/v2/client-grants/:id', (request, reply) => {
    const grant = grantOf(context, request.params.id);
    const { scope = grant.scope } = bodyOf(grantChange, request.body);
    mustHave(context, grant.audience, scope);
    const changed = { ...grant, scope };
    clientGrants.set(grant.id, changed);
    return reply.send(changed);
  });
  app.delete<ById>('/api/v2/client-grants/:id', (request, reply) => {
    clientGrants.delete(request.params.id);
    return reply.code(204).send();
  });
}

function mustHave({ tenant }: Context, audience: string, scopes: readonly string[]): void {
  const server = resourceServerOf(tenant, audience);
  if (!server) throw managementError(404, 'The audience does not exist', 'inexistent_api');
  const unknown = scopes.filter((scope) => !server.scopes.some(({ value }) => value === scope));
  if (unknown.length > 0) {
    throw managementError(400, `The API has no scope ${unknown.join(', ')}`, 'invalid_scope');
  }
}

/** By id or, as the vendor has it too, by identifier. */
function serverNamed({ tenant }: Context, id: string): ResourceServer {
  const server = tenant.resourceServers.get(id) ?? resourceServerOf(tenant, id);
  if (!server) throw managementError(404, 'The resource server does not exist', 'inexistent_api');
  return server;
}

function grantOf({ tenant }: Context, id: string): ClientGrant {
  const grant = tenant.clientGrants.get(id);
  if (!grant) throw managementError(404, 'The client grant does not exist', 'inexistent_client_grant');
  return grant;
}

function given<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
