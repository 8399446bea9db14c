import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { certificatesIn } from './certificates.ts';
import { type Context, managementAudience } from './context.ts';
import { ApiError, managementError } from './errors.ts';
import { type Rate, rateLimiter } from './rate-limit.ts';
import { actionRoutes } from './routes/actions.ts';
import { apiRoutes } from './routes/apis.ts';
import { authenticationRoutes } from './routes/authentication.ts';
import { clientRoutes } from './routes/clients.ts';
import { connectionRoutes } from './routes/connections.ts';
import { jobRoutes } from './routes/jobs.ts';
import { logRoutes } from './routes/logs.ts';
import { roleRoutes } from './routes/roles.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { userGrantRoutes } from './routes/user-grants.ts';
import { userRoutes } from './routes/users.ts';
import { openStore } from './store.ts';
import { randomText, type Tenant } from './tenant.ts';
import { signerIn } from './tokens.ts';

export interface IdentityOptions {
  /** Certificates, keys, the management client and the snapshot of the tenant live here. Made if missing. */
  readonly dataDirectory: string;
  /** @default 0: a free one. Tokens and `domain` hold the port: give a restarted server the same one. */
  readonly port?: number;
  /** @default 250 calls a second, as in a private cloud */
  readonly rate?: Rate;
  /** Credentials of the management client. @default generated once, in `management.json` */
  readonly management?: ManagementClient;
}

export interface ManagementClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Identity {
  readonly port: number;
  /** `localhost:PORT`, what AUTH0_DOMAIN takes. */
  readonly domain: string;
  /** What NODE_EXTRA_CA_CERTS takes. */
  readonly caFile: string;
  /** Holds a ManagementClient as JSON. */
  readonly managementFile: string;
  /** Answers what is under way, then writes the snapshot. */
  readonly stop: () => Promise<void>;
}

/** Starts the stand-in on 127.0.0.1. One tenant; a second server over the same directory is not noticed. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { dataDirectory } = options;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const { caFile, key, certificate } = await certificatesIn(dataDirectory);
  const store = await openStore(dataDirectory);
  const managementFile = join(dataDirectory, 'management.json');
  const management = await managementClient(managementFile, options.management);
  addManagementClient(store.tenant, management);

  const app = fastify({ https: { key, cert: certificate }, forceCloseConnections: true });
  let domain = '';
  const context: Context = {
    tenant: store.tenant,
    flush: () => store.flush(),
    signer: await signerIn(dataDirectory),
    domain: () => domain,
    managementClient: management.clientId,
  };
  prepare(app, context, options.rate ?? { perSecond: 250, burst: 250 });
  // What was answered survives a kill, as at the vendor.
  app.addHook('onSend', () => store.flush());
  for (const routes of [
    actionRoutes,
    apiRoutes,
    authenticationRoutes,
    clientRoutes,
    connectionRoutes,
    jobRoutes,
    logRoutes,
    roleRoutes,
    sessionRoutes,
    userGrantRoutes,
    userRoutes,
  ])
    routes(app, context);

  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const port = (app.server.address() as AddressInfo).port;
  domain = `localhost:${port}`;
  const stop = async () => {
    await app.close();
    await store.flush();
  };
  return { port, domain, caFile, managementFile, stop };
}

/** Guards, content types and the shape of every error. */
function prepare(app: FastifyInstance, context: Context, rate: Rate): void {
  const allowance = rateLimiter(rate);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/api/v2/')) admit(context, allowance, request, reply);
    done();
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    },
  );
  app.setNotFoundHandler(() => {
    throw managementError(404, 'Not Found');
  });
  app.setErrorHandler((error, _request, reply) => {
    const answer = asApiError(error);
    return reply.code(answer.status).send(answer.body);
  });
}

function admit(
  context: Context,
  allowance: ReturnType<typeof rateLimiter>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { allowed, headers } = allowance();
  void reply.headers(headers);
  if (!allowed) throw managementError(429, 'Global limit has been reached', 'too_many_requests');
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw managementError(401, 'Missing authentication');
  const claims = context.signer.read(token);
  if (!claims) throw managementError(401, 'Invalid token');
  if (claims.aud !== managementAudience(context)) throw managementError(401, `Bad audience: ${claims.aud}`);
  if (claims.exp * 1000 < Date.now()) throw managementError(401, 'Expired token received');
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return managementError(status, error instanceof Error ? error.message : 'unknown');
}

async function managementClient(file: string, given?: ManagementClient): Promise<ManagementClient> {
  const kept = given ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as ManagementClient;
  const made = given ?? { clientId: randomText(32), clientSecret: randomText(64) };
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function addManagementClient(tenant: Tenant, { clientId, clientSecret }: ManagementClient): void {
  tenant.clients.set(clientId, {
    client_id: clientId,
    client_secret: clientSecret,
    name: 'sandbox-management',
    description: 'The client the run authenticates with',
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
    callbacks: [],
  });
}
