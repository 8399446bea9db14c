import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { pageOf } from '../paging.ts';
import { hashPassword } from '../passwords.ts';
import { removeUsers } from '../removal.ts';
import { connectionByName, type Tenant, type User } from '../tenant.ts';
import { matcherOf } from '../terms.ts';
import { bodyOf, pageQuery, queryOf } from '../validation.ts';

const creation = z.strictObject({
  connection: z.string(),
  email: z.email(),
  password: z.string().min(1),
  name: z.string().optional(),
  blocked: z.boolean().optional(),
  email_verified: z.boolean().optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
});
const change = z.strictObject({ blocked: z.boolean() });
const listing = z.strictObject({
  ...pageQuery,
  q: z.string().optional(),
  search_engine: z.literal('v3').optional(),
});
const nothing = z.strictObject({});

export function userRoutes(app: FastifyInstance, context: Context): void {
  const { tenant } = context;
  app.get('/api/v2/users', (request, reply) => {
    const query = queryOf(listing, request.query);
    const found = [...tenant.users.values()].filter(matcherOf(query.q, fields));
    return reply.send(pageOf('users', found, query, shown));
  });
  app.post('/api/v2/users', (request, reply) => {
    const body = bodyOf(creation, request.body);
    if (!connectionByName(tenant, body.connection)) {
      throw managementError(400, 'The connection does not exist.', 'inexistent_connection');
    }
    const user = addUser(tenant, body);
    if (!user) throw managementError(409, 'The user already exists.', 'auth0_idp_error');
    return reply.code(201).send(shown(user));
  });
  app.get<{ Params: { id: string } }>('/api/v2/users/:id', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(shown(known(context, request.params.id)));
  });
  app.patch<{ Params: { id: string } }>('/api/v2/users/:id', (request, reply) => {
    const user = { ...known(context, request.params.id), ...bodyOf(change, request.body) };
    tenant.users.set(user.user_id, user);
    return reply.send(shown(user));
  });
  app.delete<{ Params: { id: string } }>('/api/v2/users/:id', (request, reply) => {
    removeUsers(tenant, new Set([request.params.id]));
    return reply.code(204).send();
  });
}

/** Adds a user of a connection that exists; undefined if the address is taken there. */
export function addUser(tenant: Tenant, fields: z.infer<typeof creation>): User | undefined {
  if (tenant.users.withEmail(fields.connection, fields.email)) return undefined;
  return addNew(tenant, { ...fields, password: hashPassword(fields.password) });
}

type Known = Pick<User, 'connection' | 'email' | 'password'>;
type Optional = {
  readonly [Field in 'name' | 'blocked' | 'email_verified' | 'user_metadata']?: User[Field] | undefined;
};

/** `password` is a hash. The address must be free. */
export function addNew(tenant: Tenant, { connection, password, ...fields }: Known & Optional): User {
  const email = fields.email.toLowerCase();
  const user: User = {
    user_id: `auth0|${randomBytes(12).toString('hex')}`,
    connection,
    email,
    password,
    blocked: fields.blocked ?? false,
    email_verified: fields.email_verified ?? false,
    name: fields.name ?? email,
    user_metadata: fields.user_metadata ?? {},
    created_at: new Date().toISOString(),
  };
  tenant.users.set(user.user_id, user);
  return user;
}

const fields = new Map([
  ['email', ({ email }: User, value: string) => email === value.toLowerCase()],
  ['identities.connection', ({ connection }: User, value: string) => connection === value],
  ['user_id', ({ user_id }: User, value: string) => user_id === value],
]);

function known(context: Context, id: string): User {
  const user = context.tenant.users.get(id);
  if (!user) throw managementError(404, 'The user does not exist.', 'inexistent_user');
  return user;
}

/** Never the password's hash, as at the vendor. */
function shown(user: User): unknown {
  const { user_id, email, email_verified, name, blocked, user_metadata, created_at, connection } = user;
  const identity = {
    connection,
    provider: 'auth0',
    user_id: user_id.slice('auth0|'.length),
    isSocial: false,
  };
  return { user_id, email, email_verified, name, blocked, user_metadata, created_at, identities: [identity] };
}
