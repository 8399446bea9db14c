import { ManagementClient } from 'auth0';
import { type Json, within } from '../../diagnostics/index.ts';
import type { Account, Application } from '../identity/visitor.ts';
import { importAccounts } from './import-accounts.ts';
import type { Part, Surroundings } from './part.ts';

/** The people and machines of the tenant that the CRM shares with a web shop. Holds passwords and secrets. */
export interface IdentityKeys {
  readonly portal: Application;
  readonly erp: Application;
  readonly shop: Application;
  /** Audience of the CRM's API. */
  readonly api: string;
  /** Accounts of the CRM, of the connection that both products use, and of the shop. */
  readonly customer: Account;
  readonly sharedCustomer: Account;
  readonly employee: Account;
  readonly administrator: Account;
  readonly shopCustomer: Account;
}

const scopes = ['read:contacts', 'write:contacts', 'read:invoices', 'write:invoices'];
const grantTypes = ['password', 'refresh_token', 'client_credentials'];

/** Names of all that is made in the tenant. */
function namesOf(system: string) {
  return {
    clients: { portal: `${system}-portal`, erp: `${system}-erp`, shop: `${system}-web-shop` },
    connections: {
      own: `${system}-users`,
      shared: `${system}-shared-users`,
      shop: `${system}-web-shop-users`,
    },
    roles: { staff: `${system}-staff`, administrators: `${system}-administrators` },
    api: `https://api.${system}.example.test`,
    action: `${system}-web-shop-welcome`,
  };
}

/** Clients, connections, an API with its grants, roles, accounts, and the log-in action of the shop. */
export const identity: Part<IdentityKeys> = {
  async build(surroundings) {
    const { crowdedConnection, ...keys } = await withTenant(surroundings, (tenant) =>
      build(tenant, surroundings),
    );
    await importCrowd(surroundings, crowdedConnection);
    return keys;
  },
  read: (surroundings) => withTenant(surroundings, (tenant) => read(tenant, surroundings)),
};

async function build(
  tenant: ManagementClient,
  { environment, system }: Surroundings,
): Promise<IdentityKeys & { readonly crowdedConnection: string }> {
  const { clients, connections, roles, api, action } = namesOf(system);
  const client = async (name: string): Promise<Application> => {
    const made = await tenant.clients.create({
      name,
      description: name,
      app_type: 'regular_web',
      grant_types: grantTypes,
    });
    const { client_id: clientId = '', client_secret: clientSecret = '' } = made;
    return { domain: environment.AUTH0_DOMAIN, clientId, clientSecret };
  };
  const [portal, erp, shop] = [
    await client(clients.portal),
    await client(clients.erp),
    await client(clients.shop),
  ];
  const crowdedConnection = await makeConnection(tenant, connections.own, [portal]);
  await makeConnection(tenant, connections.shared, [portal, shop]);
  await makeConnection(tenant, connections.shop, [shop]);
  await tenant.resourceServers.create({
    identifier: api,
    name: `API of ${system}`,
    scopes: scopes.map((value) => ({ value })),
  });
  for (const { clientId: client_id } of [portal, erp]) {
    await tenant.clientGrants.create({ client_id, audience: api, scope: scopes });
  }
  const administratorRole = await makeRole(tenant, roles.administrators, api);
  await makeRole(tenant, roles.staff, api);
  await bindLast(tenant, action);
  const account = (connection: string, name: string): Account => ({
    connection,
    email: `${name}@example.test`,
    password: passwordIn(system),
  });
  const customer = account(connections.own, 'anna');
  const sharedCustomer = account(connections.shared, 'sara');
  const employee = account(connections.own, 'emil');
  const administrator = account(connections.own, 'adam');
  const shopCustomer = account(connections.shop, 'nora');
  for (const each of [customer, sharedCustomer, employee, shopCustomer]) await tenant.users.create(each);
  const { user_id = '' } = await tenant.users.create(administrator);
  await tenant.users.roles.assign(user_id, { roles: [administratorRole] });
  const people = { customer, sharedCustomer, employee, administrator, shopCustomer };
  return { portal, erp, shop, api, ...people, crowdedConnection };
}

function passwordIn(system: string): string {
  return `${system}-Pa55word`;
}

/** A fifth of the application's accounts can log in at the tenant too. */
async function importCrowd(surroundings: Surroundings, connection: string): Promise<void> {
  const { system, accounts, progress } = surroundings;
  const crowd = {
    connection,
    password: passwordIn(system),
    count: Math.floor(accounts / 5),
    email: (n: number) => `customer-${n}@example.test`,
  };
  await importAccounts(tenantOf(surroundings), crowd, (count) => {
    progress?.(`${count} of ${crowd.count} identity accounts`);
  });
}

async function makeConnection(
  tenant: ManagementClient,
  name: string,
  clients: readonly Application[],
): Promise<string> {
  const { id = '' } = await tenant.connections.create({
    name,
    strategy: 'auth0',
    options: { disable_signup: false },
  });
  const enabled = clients.map(({ clientId }) => ({ client_id: clientId, status: true }));
  await tenant.connections.clients.update(id, enabled);
  return id;
}

async function makeRole(tenant: ManagementClient, name: string, api: string): Promise<string> {
  const { id = '' } = await tenant.roles.create({ name, description: name });
  const permissions = scopes.map((permission_name) => ({ permission_name, resource_server_identifier: api }));
  await tenant.roles.permissions.add(id, { permissions });
  return id;
}

/** After the actions that are there already: the list is replaced as a whole. */
async function bindLast(tenant: ManagementClient, name: string): Promise<void> {
  const code = 'exports.onExecutePostLogin = async () => {};\n';
  const trigger = { id: 'post-login' as const, version: 'v3' };
  const { id = '' } = await tenant.actions.create({ name, code, supported_triggers: [trigger] });
  await tenant.actions.deploy(id);
  const bindings = [];
  for await (const one of await tenant.actions.triggers.bindings.list('post-login')) {
    bindings.push(reference(one.action?.id ?? '', one.display_name ?? ''));
  }
  bindings.push(reference(id, name));
  await tenant.actions.triggers.bindings.updateMany('post-login', { bindings });
}

function reference(value: string, display_name: string) {
  return { ref: { type: 'action_id' as const, value }, display_name };
}

async function read(tenant: ManagementClient, { system }: Surroundings): Promise<Json> {
  const { clients, connections, roles, api } = namesOf(system);
  const found: Record<string, Json> = {};
  for (const name of Object.values(clients)) found[`client ${name}`] = null;
  for await (const client of await tenant.clients.list({ per_page: 100 })) {
    const { name, client_id, description, grant_types } = client;
    if (`client ${name ?? ''}` in found) {
      found[`client ${name ?? ''}`] = plain({ client_id, description, grant_types });
    }
  }
  for (const name of Object.values(connections))
    found[`connection ${name}`] = await readConnection(tenant, name);
  for (const name of Object.values(roles)) found[`role ${name}`] = await readRole(tenant, name);
  found.api = null;
  for await (const server of await tenant.resourceServers.list()) {
    if (server.identifier === api) found.api = plain(server);
  }
  const grants: Json[] = [];
  for await (const grant of await tenant.clientGrants.list({ audience: api })) grants.push(plain(grant));
  // Of the shop and of a teardown; other systems on the tenant come and go.
  const bound: Json[] = [];
  for await (const { display_name, action } of await tenant.actions.triggers.bindings.list('post-login')) {
    if (action?.name?.startsWith(`${system}-`)) bound.push(plain({ display_name, id: action.id }));
  }
  return { ...found, grants, bound };
}

async function readConnection(tenant: ManagementClient, name: string): Promise<Json> {
  const [found] = (await tenant.connections.list({ name })).data;
  if (found?.id === undefined) return null;
  const enabled: string[] = [];
  for await (const { client_id } of await tenant.connections.clients.get(found.id)) enabled.push(client_id);
  const users = await tenant.users.list({
    q: `identities.connection:"${name}"`,
    include_totals: true,
    per_page: 1,
  });
  const { total } = users.response as { readonly total?: number };
  return plain({ id: found.id, options: found.options, enabled: enabled.sort(), accounts: total });
}

async function readRole(tenant: ManagementClient, name: string): Promise<Json> {
  for await (const { id = '', name: title, description } of await tenant.roles.list({ name_filter: name })) {
    if (title !== name) continue;
    const permissions: string[] = [];
    for await (const { permission_name } of await tenant.roles.permissions.list(id))
      permissions.push(permission_name ?? '');
    const members: string[] = [];
    for await (const { user_id } of await tenant.roles.users.list(id)) members.push(user_id ?? '');
    return plain({ id, description, permissions: permissions.sort(), members });
  }
  return null;
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

/** Works with the Management API of a sandbox's tenant. */
export async function withTenant<Result>(
  surroundings: Pick<Surroundings, 'environment'>,
  work: (tenant: ManagementClient) => Promise<Result>,
): Promise<Result> {
  return await within('2 minutes', 'the sample CRM at the identity stand-in', work(tenantOf(surroundings)));
}

function tenantOf({ environment }: Pick<Surroundings, 'environment'>): ManagementClient {
  return new ManagementClient({
    domain: environment.AUTH0_DOMAIN,
    clientId: environment.AUTH0_CLIENT_ID,
    clientSecret: environment.AUTH0_CLIENT_SECRET,
    telemetry: false,
    timeoutInSeconds: 20,
  });
}
