import { ManagementClient } from 'auth0';
import { digest, type Json, within } from '../../diagnostics/index.ts';
import type { Account, Application } from '../identity/visitor.ts';
import type { Environment } from './environment.ts';
import type { WorldNames } from './names.ts';

const grantTypes = ['password', 'refresh_token', 'client_credentials'];

/** The CRM's portal with its customers, and the neighbour's on the same tenant. */
export interface IdentityWorld {
  readonly portal: Application;
  readonly customer: Account;
  readonly neighbour: Application;
  readonly neighbourCustomer: Account;
}

export function buildIdentity(
  environment: Environment,
  names: WorldNames,
  password: string,
): Promise<IdentityWorld> {
  return withTenant(environment, async (tenant) => {
    const portal = await makeClient(
      tenant,
      environment,
      names.client,
      'https://portal.crm.example.test/callback',
    );
    const neighbour = await makeClient(
      tenant,
      environment,
      names.neighbourClient,
      'https://shop.example.test/callback',
    );
    await makeConnection(tenant, names.connection, portal.clientId);
    await makeConnection(tenant, names.neighbourConnection, neighbour.clientId);
    const account = (connection: string, name: string): Account => ({
      connection,
      email: `${name}@example.test`,
      password,
    });
    const customer = account(names.connection, 'anna');
    const neighbourCustomer = account(names.neighbourConnection, 'nora');
    const others = ['bert', 'carl'].map((name) => account(names.connection, name));
    for (const each of [customer, ...others, neighbourCustomer]) {
      await tenant.users.create({ ...each, email_verified: true });
    }
    return { portal, customer, neighbour, neighbourCustomer };
  });
}

async function makeClient(
  tenant: ManagementClient,
  environment: Environment,
  name: string,
  callback: string,
): Promise<Application> {
  const made = await tenant.clients.create({
    name,
    description: `${name} of the sample tenant`,
    app_type: 'regular_web',
    grant_types: grantTypes,
    callbacks: [callback],
  });
  const { client_id: clientId = '', client_secret: clientSecret = '' } = made;
  return { domain: environment.AUTH0_DOMAIN, clientId, clientSecret };
}

async function makeConnection(tenant: ManagementClient, name: string, client: string): Promise<void> {
  const { id = '' } = await tenant.connections.create({ name, strategy: 'auth0' });
  await tenant.connections.clients.update(id, [{ client_id: client, status: true }]);
}

export interface IdentityPicture {
  /** By name; null when it is gone. */
  readonly clients: Readonly<Record<string, Json>>;
  readonly connections: Readonly<Record<string, Json>>;
}

export function readIdentity(environment: Environment, names: WorldNames): Promise<IdentityPicture> {
  return withTenant(environment, async (tenant) => {
    const clients: Record<string, Json> = { [names.client]: null, [names.neighbourClient]: null };
    for await (const client of await tenant.clients.list({ per_page: 100 })) {
      if (client.name !== undefined && client.name in clients) clients[client.name] = pictured(client);
    }
    const connections: Record<string, Json> = {};
    for (const name of [names.connection, names.neighbourConnection]) {
      connections[name] = await readConnection(tenant, name);
    }
    return { clients, connections };
  });
}

async function readConnection(tenant: ManagementClient, name: string): Promise<Json> {
  const [found] = (await tenant.connections.list({ name })).data;
  if (found?.id === undefined) return null;
  const enabledClients: string[] = [];
  for await (const { client_id } of await tenant.connections.clients.get(found.id))
    enabledClients.push(client_id);
  const users: Json[] = [];
  for await (const user of await tenant.users.list({ q: `identities.connection:"${name}"` })) {
    users.push(plain({ id: user.user_id, email: user.email, blocked: user.blocked }));
  }
  // Never set, it is off: the way back writes that out.
  const options = plain({ disable_signup: false, ...found.options });
  return { ...(plain(found) as Record<string, Json>), options, enabledClients: enabledClients.sort(), users };
}

/** Enough to see that a secret is still the same one. */
function pictured({ client_secret, ...client }: { readonly client_secret?: string | undefined }): Json {
  return { ...(plain(client) as Record<string, Json>), secretDigest: digest(client_secret ?? '') };
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

/** The stand-in speaks https with a private CA: `enterSandbox` makes this process trust it. */
async function withTenant<Result>(
  environment: Environment,
  work: (tenant: ManagementClient) => Promise<Result>,
): Promise<Result> {
  const tenant = new ManagementClient({
    domain: environment.AUTH0_DOMAIN,
    clientId: environment.AUTH0_CLIENT_ID,
    clientSecret: environment.AUTH0_CLIENT_SECRET,
    telemetry: false,
    timeoutInSeconds: 20,
  });
  return await within('1 minute', 'the sample CRM at the identity stand-in', work(tenant));
}
