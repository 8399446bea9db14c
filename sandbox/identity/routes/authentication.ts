import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Context, managementAudience } from '../context.ts';
import { oauthError } from '../errors.ts';
import { type Attempt, logged } from '../log.ts';
import { isPassword } from '../passwords.ts';
import { runActions } from '../running-actions.ts';
import {
  type Client,
  type Connection,
  connectionByName,
  randomText,
  resourceServerOf,
  type Tenant,
  type User,
  type UserGrant,
} from '../tenant.ts';
import { formOf } from '../validation.ts';
import { passwordRealm } from './clients.ts';
import { addUser } from './users.ts';

const client = { client_id: z.string(), client_secret: z.string() };
const password = {
  ...client,
  username: z.string(),
  password: z.string(),
  realm: z.string().optional(),
  audience: z.string().optional(),
  scope: z.string().optional(),
};

/** The grants of the token endpoint. `realm` is the name of the connection. */
const tokenRequest = z.discriminatedUnion('grant_type', [
  z.strictObject({ ...client, grant_type: z.literal('client_credentials'), audience: z.string() }),
  z.strictObject({ ...password, grant_type: z.literal('password') }),
  z.strictObject({ ...password, grant_type: z.literal(passwordRealm) }),
  z.strictObject({ ...client, grant_type: z.literal('refresh_token'), refresh_token: z.string() }),
]);
type TokenRequest = z.infer<typeof tokenRequest>;
type PasswordRequest = Extract<TokenRequest, { readonly username: string }>;

const signUpRequest = z.strictObject({
  client_id: z.string(),
  connection: z.string(),
  email: z.email(),
  password: z.string().min(1),
  user_metadata: z.record(z.string(), z.string()).optional(),
});

const day = 86_400;

/**
 * Log-in and sign-up. An audience that is no resource server is granted to everybody, but for the Management API's, which is only for
 * the management client; a machine's token for a resource server takes the scopes of its client grant and is refused without one.
 * Actions run at log-in, at a refresh [u] and at a machine's request. As far as is known of the vendor, a refresh token outlives the switching off of its
 * connection, and an access token everything but its expiry.
 */
export function authenticationRoutes(app: FastifyInstance, context: Context): void {
  app.get('/.well-known/jwks.json', (_request, reply) => reply.send({ keys: [context.signer.publicKey] }));
  app.post('/oauth/token', async (request, reply) => {
    const asked = formOf(tokenRequest, request.body);
    const caller = authenticated(context, asked);
    mayUse(caller, asked.grant_type);
    const work = () => tokensFor(context, caller, asked);
    return reply.send(await logged(context.tenant, attemptOf(context.tenant, caller, asked), work));
  });
  app.post('/dbconnections/signup', (request, reply) => {
    const { client_id, ...asked } = formOf(signUpRequest, request.body);
    const connection = openTo(context, client_id, asked.connection);
    if (connection.options.disable_signup === true) {
      throw oauthError(400, 'invalid_signup', 'public signup is disabled');
    }
    const user = addUser(context.tenant, asked);
    if (!user) throw oauthError(400, 'invalid_signup', 'Invalid sign up');
    return reply.send({ _id: user.user_id.slice('auth0|'.length), email: user.email, email_verified: false });
  });
}

function tokensFor(context: Context, caller: Client, asked: TokenRequest): Promise<unknown> {
  switch (asked.grant_type) {
    case 'client_credentials':
      return machineTokens(context, caller, asked.audience);
    case 'refresh_token':
      return refreshed(context, caller, asked.refresh_token);
    default:
      return userTokens(context, caller, asked);
  }
}

function attemptOf(tenant: Tenant, caller: Client, asked: TokenRequest): Attempt {
  if (asked.grant_type === 'client_credentials')
    return { caller, succeeded: 'seccft', failed: () => 'feccft' };
  if (asked.grant_type === 'refresh_token') {
    const known = tenant.refreshTokens.get(asked.refresh_token);
    const user = { ...(known && { user_id: known.user_id }) };
    return { caller, succeeded: 'sertft', failed: () => 'fertft', user };
  }
  const { username, realm = '' } = asked;
  const known = tenant.users.withEmail(realm, username);
  const user = { ...(known && { user_id: known.user_id }), user_name: username, connection: realm };
  const failed: Attempt['failed'] = (error) =>
    known === undefined ? 'fu' : error === 'invalid_grant' ? 'fp' : 'f';
  return { caller, succeeded: 's', failed, user };
}

function authenticated(context: Context, { client_id, client_secret }: TokenRequest): Client {
  const found = context.tenant.clients.get(client_id);
  const [given, wanted] = [Buffer.from(client_secret), Buffer.from(found?.client_secret ?? '')];
  if (!found || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw oauthError(401, 'access_denied', 'Unauthorized');
  }
  return found;
}

/** `password` among a client's grant types covers the form with a realm too. */
function mayUse({ grant_types }: Client, grant: string): void {
  if (grant_types.includes(grant)) return;
  if (grant === passwordRealm && grant_types.includes('password')) return;
  throw oauthError(403, 'unauthorized_client', `Grant type '${grant}' not allowed for the client.`);
}

async function machineTokens(context: Context, caller: Client, audience: string): Promise<unknown> {
  if (audience === managementAudience(context) && caller.client_id !== context.managementClient) {
    throw oauthError(403, 'access_denied', `Client is not authorized to access "${audience}".`);
  }
  const scope = grantedScope(context, caller, audience);
  await runActions(context.tenant, 'credentials-exchange', caller);
  const access = accessToken(context, caller, `${caller.client_id}@clients`, audience, scope);
  return { access_token: access, ...(scope && { scope }), ...bearer };
}

/** The scopes of the client grant, blank for none; undefined for an audience that is no resource server. */
function grantedScope({ tenant }: Context, { client_id }: Client, audience: string): string | undefined {
  if (!resourceServerOf(tenant, audience)) return undefined;
  const grant = [...tenant.clientGrants.values()].find(
    (one) => one.client_id === client_id && one.audience === audience,
  );
  if (grant) return grant.scope.join(' ');
  throw oauthError(403, 'access_denied', `Client is not authorized to access "${audience}".`);
}

const bearer = { token_type: 'Bearer', expires_in: day };

function accessToken(context: Context, caller: Client, sub: string, aud: string, scope?: string): string {
  const iss = `https://${context.domain()}/`;
  return context.signer.issue({ iss, sub, aud, azp: caller.client_id, ...(scope && { scope }) }, day);
}

async function userTokens(context: Context, caller: Client, asked: PasswordRequest): Promise<unknown> {
  if (asked.realm === undefined) {
    throw oauthError(400, 'server_error', 'Authorization server not configured with default connection.');
  }
  if (asked.audience === managementAudience(context)) {
    throw oauthError(403, 'access_denied', 'The Management API is for machines.');
  }
  const connection = openTo(context, caller.client_id, asked.realm);
  const user = context.tenant.users.withEmail(connection.name, asked.username);
  if (!user || !isPassword(asked.password, user.password)) {
    throw oauthError(403, 'invalid_grant', 'Wrong email or password.');
  }
  notBlocked(user);
  await runActions(context.tenant, 'post-login', caller, user);
  const session = { id: randomText(24), user_id: user.user_id, client_id: caller.client_id };
  context.tenant.sessions.set(session.id, session);
  const audience = asked.audience ?? `https://${context.domain()}/userinfo`;
  const scope = scopeOf(asked.scope);
  const access = accessToken(context, caller, user.user_id, audience, scope);
  const granted = { access_token: access, scope, ...bearer };
  if (!scope.includes('offline_access') || !caller.grant_types.includes('refresh_token')) return granted;
  const token = randomText(43);
  const { client_id } = caller;
  context.tenant.refreshTokens.set(token, { token, client_id, user_id: user.user_id, scope, audience });
  grantOffline(context.tenant, { clientID: client_id, user_id: user.user_id, audience });
  return { ...granted, refresh_token: token };
}

/** One grant for each user, application and audience. */
function grantOffline(tenant: Tenant, grant: Pick<UserGrant, 'clientID' | 'user_id' | 'audience'>): void {
  const { clientID, user_id, audience } = grant;
  const there = [...tenant.userGrants.values()].some(
    (one) => one.clientID === clientID && one.user_id === user_id && one.audience === audience,
  );
  if (there) return;
  const id = randomBytes(12).toString('hex');
  tenant.userGrants.set(id, { id, ...grant, scope: ['offline_access'] });
}

function scopeOf(text = ''): string {
  const unknown = text.split(' ').filter((scope) => scope !== '' && scope !== 'offline_access');
  if (unknown.length > 0) throw oauthError(400, 'invalid_scope', `not modelled: ${unknown.join(' ')}`);
  return text;
}

async function refreshed(context: Context, caller: Client, token: string): Promise<unknown> {
  const known = context.tenant.refreshTokens.get(token);
  const user = known && context.tenant.users.get(known.user_id);
  if (known?.client_id !== caller.client_id || !user) {
    throw oauthError(403, 'invalid_grant', 'Unknown or invalid refresh token.');
  }
  notBlocked(user);
  await runActions(context.tenant, 'post-login', caller, user);
  const access = accessToken(context, caller, user.user_id, known.audience, known.scope);
  return { access_token: access, scope: known.scope, ...bearer };
}

function notBlocked(user: User): void {
  if (user.blocked) throw oauthError(401, 'unauthorized', 'user is blocked');
}

function openTo(context: Context, clientId: string, name: string): Connection {
  const connection = connectionByName(context.tenant, name);
  if (!connection) throw oauthError(400, 'invalid_request', 'the connection was not found');
  if (!connection.enabledClients.includes(clientId)) {
    throw oauthError(400, 'invalid_request', 'the connection was disabled');
  }
  return connection;
}
