import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { checkpointOf, pageOf } from '../paging.ts';
import { type Permission, randomText, resourceServerOf, type Role } from '../tenant.ts';
import { bodyOf, checkpointQuery, pageQuery, queryOf } from '../validation.ts';

const creation = z.strictObject({ name: z.string().min(1), description: z.string().optional() });
const change = z.strictObject({ name: z.string().min(1).optional(), description: z.string().optional() });
const listing = z.strictObject({ ...pageQuery, name_filter: z.string().optional() });
const page = z.strictObject(pageQuery);
const checkpoint = z.strictObject({ ...pageQuery, ...checkpointQuery });
const permissionList = z.strictObject({
  permissions: z
    .array(z.strictObject({ resource_server_identifier: z.string(), permission_name: z.string() }))
    .min(1),
});
const roleList = z.strictObject({ roles: z.array(z.string()).min(1) });

interface ById {
  readonly Params: { readonly id: string };
}

export function roleRoutes(app: FastifyInstance, context: Context): void {
  const { roles } = context.tenant;
  app.get('/api/v2/roles', (request, reply) => {
    const query = queryOf(listing, request.query);
    // The vendor's filter finds parts of names, whatever their case.
    const wanted = (query.name_filter ?? '').toLowerCase();
    const all = [...roles.values()].filter(({ name }) => name.toLowerCase().includes(wanted));
    return reply.send(pageOf('roles', all.map(shown), query));
  });
  app.post('/api/v2/roles', (request, reply) => {
    const body = bodyOf(creation, request.body);
    if ([...roles.values()].some(({ name }) => name === body.name)) {
      throw managementError(409, 'The role already exists', 'role_conflict');
    }
    const { name, description = '' } = body;
    const role = { id: `rol_${randomText(16)}`, name, description, permissions: [], members: [] };
    return reply.send(keep(context, role));
  });
  app.get<ById>('/api/v2/roles/:id', (request, reply) =>
    reply.send(shown(known(context, request.params.id))),
  );
  app.patch<ById>('/api/v2/roles/:id', (request, reply) => {
    const role = known(context, request.params.id);
    const { name = role.name, description = role.description } = bodyOf(change, request.body);
    return reply.send(keep(context, { ...role, name, description }));
  });
  app.delete<ById>('/api/v2/roles/:id', (request, reply) => {
    roles.delete(known(context, request.params.id).id);
    return reply.send({});
  });
  permissionRoutes(app, context);
  memberRoutes(app, context);
}

function permissionRoutes(app: FastifyInstance, context: Context): void {
  const path = '/api/v2/roles/:id/permissions';
  app.get<ById>(path, (request, reply) => {
    const { permissions } = known(context, request.params.id);
    return reply.send(pageOf('permissions', permissions, queryOf(page, request.query)));
  });
  app.post<ById>(path, (request, reply) => {
    const role = known(context, request.params.id);
    const { permissions } = bodyOf(permissionList, request.body);
    for (const permission of permissions) mustExist(context, permission);
    const added = permissions.filter((permission) => !role.permissions.some(isSame(permission)));
    keep(context, { ...role, permissions: [...role.permissions, ...added] });
    return reply.code(201).send();
  });
  app.delete<ById>(path, (request, reply) => {
    const role = known(context, request.params.id);
    const { permissions } = bodyOf(permissionList, request.body);
    const kept = role.permissions.filter((permission) => !permissions.some(isSame(permission)));
    keep(context, { ...role, permissions: kept });
    return reply.code(204).send();
  });
}

function memberRoutes(app: FastifyInstance, context: Context): void {
  const { roles, users } = context.tenant;
  app.get<ById>('/api/v2/roles/:id/users', (request, reply) => {
    const { members } = known(context, request.params.id);
    const all = members.map((user_id) => ({ user_id, email: users.get(user_id)?.email }));
    return reply.send(
      checkpointOf('users', all, ({ user_id }) => user_id, queryOf(checkpoint, request.query)),
    );
  });
  const path = '/api/v2/users/:id/roles';
  app.get<ById>(path, (request, reply) => {
    const all = [...roles.values()].filter(({ members }) => members.includes(request.params.id));
    return reply.send(pageOf('roles', all.map(shown), queryOf(page, request.query)));
  });
  const assign = (user: string, ids: readonly string[], member: boolean): void => {
    if (!users.has(user)) throw managementError(404, 'The user does not exist.', 'inexistent_user');
    for (const id of ids) {
      const role = known(context, id);
      const others = role.members.filter((one) => one !== user);
      keep(context, { ...role, members: member ? [...others, user] : others });
    }
  };
  app.post<ById>(path, (request, reply) => {
    assign(request.params.id, bodyOf(roleList, request.body).roles, true);
    return reply.code(204).send();
  });
  app.delete<ById>(path, (request, reply) => {
    assign(request.params.id, bodyOf(roleList, request.body).roles, false);
    return reply.code(204).send();
  });
}

function isSame(one: Permission): (other: Permission) => boolean {
  return (other) =>
    other.permission_name === one.permission_name &&
    other.resource_server_identifier === one.resource_server_identifier;
}

function mustExist({ tenant }: Context, permission: Permission): void {
  const { resource_server_identifier, permission_name } = permission;
  const server = resourceServerOf(tenant, resource_server_identifier);
  if (server?.scopes.some(({ value }) => value === permission_name)) return;
  throw managementError(400, `There is no permission ${permission_name}`, 'inexistent_permission');
}

function keep(context: Context, role: Role): unknown {
  context.tenant.roles.set(role.id, role);
  return shown(role);
}

function known({ tenant }: Context, id: string): Role {
  const role = tenant.roles.get(id);
  if (!role) throw managementError(404, 'The role does not exist', 'inexistent_role');
  return role;
}

function shown({ id, name, description }: Role): Readonly<Record<string, unknown>> {
  return { id, name, description };
}
