import { randomBytes } from 'node:crypto';
import { type Change, Entries, Users } from './entries.ts';

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

/** An API that tokens are for; `identifier` is their audience. */
export interface ResourceServer {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly { readonly value: string; readonly description?: string | undefined }[];
  readonly signing_alg: 'RS256';
  readonly token_lifetime: number;
  readonly allow_offline_access: boolean;
  readonly skip_consent_for_verifiable_first_party_clients: boolean;
  readonly enforce_policies: boolean;
  readonly token_dialect: 'access_token' | 'access_token_authz';
}

/** What a machine may ask of an API; one for each pair of client and audience. */
export interface ClientGrant {
  readonly id: string;
  readonly client_id: string;
  readonly audience: string;
  readonly scope: readonly string[];
}

export interface Permission {
  readonly resource_server_identifier: string;
  readonly permission_name: string;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
  /** User ids. */
  readonly members: readonly string[];
}

export const triggers = ['post-login', 'credentials-exchange'] as const;
export type Trigger = (typeof triggers)[number];

/** `deployed` is the code that runs; `code` may be newer. */
export interface Action {
  readonly id: string;
  readonly name: string;
  readonly trigger: Trigger;
  readonly version: string;
  readonly runtime: string;
  readonly code: string;
  readonly deployed?: string;
  readonly created_at: string;
}

/** The actions of a trigger, in the order in which they run. */
export interface Binding {
  readonly trigger: Trigger;
  readonly actions: readonly { readonly id: string; readonly display_name: string }[];
}

export interface Session {
  readonly id: string;
  readonly user_id: string;
  readonly client_id: string;
}

/** What a user has granted to an application for good: offline access to an audience. */
export interface UserGrant {
  readonly id: string;
  readonly clientID: string;
  readonly user_id: string;
  readonly audience: string;
  readonly scope: readonly string[];
}

/**
 * An event at the token endpoint, by the vendor's codes: `s` a log-in, `fp` a wrong password, `fu` an unknown user, `f` refused for
 * another reason; `sertft` and `fertft` a refresh, `seccft` and `feccft` a machine's token.
 */
export interface LogEvent {
  readonly log_id: string;
  readonly date: string;
  readonly type: 's' | 'f' | 'fp' | 'fu' | 'sertft' | 'fertft' | 'seccft' | 'feccft';
  readonly client_id: string;
  readonly client_name: string;
  readonly user_id?: string;
  readonly user_name?: string;
  readonly connection?: string;
  readonly description?: string;
}

/** All that one tenant holds, by id; bindings by their trigger. `password` of a user is a salted hash. */
export interface Tenant {
  readonly clients: Map<string, Client>;
  readonly connections: Map<string, Connection>;
  readonly users: Users<User>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly resourceServers: Map<string, ResourceServer>;
  readonly clientGrants: Map<string, ClientGrant>;
  readonly roles: Map<string, Role>;
  readonly actions: Map<string, Action>;
  readonly bindings: Map<string, Binding>;
  readonly sessions: Map<string, Session>;
  readonly userGrants: Map<string, UserGrant>;
  readonly logs: Map<string, LogEvent>;
}

/** `changed` is told of every change of it. */
export function emptyTenant(changed: (kind: keyof Tenant, ...change: Parameters<Change>) => void): Tenant {
  const told =
    (kind: keyof Tenant): Change =>
    (key, value) => {
      changed(kind, key, value);
    };
  return {
    clients: new Entries(told('clients')),
    connections: new Entries(told('connections')),
    users: new Users(told('users')),
    refreshTokens: new Entries(told('refreshTokens')),
    resourceServers: new Entries(told('resourceServers')),
    clientGrants: new Entries(told('clientGrants')),
    roles: new Entries(told('roles')),
    actions: new Entries(told('actions')),
    bindings: new Entries(told('bindings')),
    sessions: new Entries(told('sessions')),
    userGrants: new Entries(told('userGrants')),
    logs: new Entries(told('logs')),
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, as the vendor's ids and secrets look. */
export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

export function connectionByName(tenant: Tenant, name: string): Connection | undefined {
  return [...tenant.connections.values()].find((connection) => connection.name === name);
}

export function resourceServerOf(tenant: Tenant, identifier: string): ResourceServer | undefined {
  return [...tenant.resourceServers.values()].find((server) => server.identifier === identifier);
}
