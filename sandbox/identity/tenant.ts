import { randomBytes } from 'node:crypto';

/** An application that may ask for tokens. Names are NOT unique at the vendor either. */
export interface Client {
  readonly client_id: string;
  readonly client_secret: string;
  readonly name: string;
  readonly description: string;
  readonly app_type?: string;
  readonly grant_types: readonly string[];
  readonly callbacks: readonly string[];
}

/** A database of users. `disable_signup` is obeyed; the other options are kept and given back, nothing more. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly strategy: 'auth0';
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly enabledClients: readonly string[];
}

export interface User {
  readonly user_id: string;
  readonly connection: string;
  readonly email: string;
  readonly password: string;
  readonly blocked: boolean;
  readonly email_verified: boolean;
  readonly name: string;
  readonly user_metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

export interface RefreshToken {
  readonly token: string;
  readonly client_id: string;
  readonly user_id: string;
  readonly scope: string;
  readonly audience: string;
}

/** All that one tenant holds, by id. `password` of a user is a salted hash. */
export interface Tenant {
  readonly clients: Map<string, Client>;
  readonly connections: Map<string, Connection>;
  readonly users: Map<string, User>;
  readonly refreshTokens: Map<string, RefreshToken>;
}

export function emptyTenant(): Tenant {
  return { clients: new Map(), connections: new Map(), users: new Map(), refreshTokens: new Map() };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, as the vendor's ids and secrets look. */
export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

export function connectionByName(tenant: Tenant, name: string): Connection | undefined {
  return [...tenant.connections.values()].find((connection) => connection.name === name);
}

export function userByEmail(tenant: Tenant, connection: string, email: string): User | undefined {
  const wanted = email.toLowerCase();
  return [...tenant.users.values()].find((user) => user.connection === connection && user.email === wanted);
}

/** The client's tokens end with it, and no connection is enabled for it any more. */
export function removeClient(tenant: Tenant, id: string): void {
  tenant.clients.delete(id);
  for (const connection of tenant.connections.values()) {
    const enabledClients = connection.enabledClients.filter((client) => client !== id);
    tenant.connections.set(connection.id, { ...connection, enabledClients });
  }
  removeTokens(tenant, (token) => token.client_id === id);
}

export function removeUser(tenant: Tenant, id: string): void {
  tenant.users.delete(id);
  removeTokens(tenant, (token) => token.user_id === id);
}

/** A database connection takes its users with it. */
export function removeConnection(tenant: Tenant, connection: Connection): void {
  tenant.connections.delete(connection.id);
  for (const user of tenant.users.values()) {
    if (user.connection === connection.name) removeUser(tenant, user.user_id);
  }
}

function removeTokens(tenant: Tenant, which: (token: RefreshToken) => boolean): void {
  for (const token of tenant.refreshTokens.values()) {
    if (which(token)) tenant.refreshTokens.delete(token.token);
  }
}
