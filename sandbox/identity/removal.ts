/** What goes with a thing that is deleted, as at the vendor. */
import type { Connection, RefreshToken, ResourceServer, Tenant, UserGrant } from './tenant.ts';

/** The client's tokens end with it, and no connection is enabled for it any more. */
export function removeClient(tenant: Tenant, id: string): void {
  tenant.clients.delete(id);
  for (const connection of tenant.connections.values()) {
    const enabledClients = connection.enabledClients.filter((client) => client !== id);
    tenant.connections.set(connection.id, { ...connection, enabledClients });
  }
  removeTokens(tenant, (token) => token.client_id === id);
  removeUserGrants(tenant, ({ clientID }) => clientID === id);
  for (const grant of tenant.clientGrants.values()) {
    if (grant.client_id === id) tenant.clientGrants.delete(grant.id);
  }
}

export function removeUsers(tenant: Tenant, ids: ReadonlySet<string>): void {
  for (const id of ids) tenant.users.delete(id);
  endSessions(tenant, ids);
  removeTokens(tenant, (token) => ids.has(token.user_id));
  removeUserGrants(tenant, ({ user_id }) => ids.has(user_id));
  for (const role of tenant.roles.values()) {
    const members = role.members.filter((member) => !ids.has(member));
    if (members.length < role.members.length) tenant.roles.set(role.id, { ...role, members });
  }
}

export function endSessions(tenant: Tenant, users: ReadonlySet<string>): void {
  for (const session of tenant.sessions.values()) {
    if (users.has(session.user_id)) tenant.sessions.delete(session.id);
  }
}

/** An API takes its client grants and its permissions in roles with it. */
export function removeResourceServer(tenant: Tenant, { id, identifier }: ResourceServer): void {
  tenant.resourceServers.delete(id);
  for (const grant of tenant.clientGrants.values()) {
    if (grant.audience === identifier) tenant.clientGrants.delete(grant.id);
  }
  for (const role of tenant.roles.values()) {
    const permissions = role.permissions.filter((one) => one.resource_server_identifier !== identifier);
    tenant.roles.set(role.id, { ...role, permissions });
  }
}

/** A database connection takes its users with it. */
export function removeConnection(tenant: Tenant, connection: Connection): void {
  tenant.connections.delete(connection.id);
  const users = [...tenant.users.values()].filter((user) => user.connection === connection.name);
  removeUsers(tenant, new Set(users.map(({ user_id }) => user_id)));
}

/** A grant takes its refresh tokens with it. */
export function removeUserGrants(tenant: Tenant, which: (grant: UserGrant) => boolean): void {
  for (const grant of tenant.userGrants.values()) {
    if (!which(grant)) continue;
    tenant.userGrants.delete(grant.id);
    removeTokens(
      tenant,
      ({ client_id, user_id, audience }) =>
        client_id === grant.clientID && user_id === grant.user_id && audience === grant.audience,
    );
  }
}

export function removeTokens(tenant: Tenant, which: (token: RefreshToken) => boolean): void {
  for (const token of tenant.refreshTokens.values()) {
    if (which(token)) tenant.refreshTokens.delete(token.token);
  }
}
