import type { Management, ManagementClient } from 'auth0';
import type { Observed } from '../lifecycle/index.ts';
import { orMissing, readAuth0Connection } from './auth0-facts.ts';
import { withAuth0 } from './auth0.ts';

/** An action in the list of a trigger. */
export interface Auth0BoundAction {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

/** `deployed`: the newest code runs. */
export interface Auth0Action {
  readonly id: string;
  readonly trigger: string;
  readonly deployed: boolean;
  readonly code: string;
}

/** An API (resource server); `identifier` is the audience of its tokens. */
export interface Auth0Api {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export interface Auth0ClientGrant {
  readonly id: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

export interface Auth0Permission {
  readonly name: string;
  readonly resourceServerIdentifier: string;
}

export interface Auth0Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Auth0Permission[];
}

/** The actions of a trigger in the order in which they run. */
export function readTrigger(trigger: 'post-login'): Promise<readonly Auth0BoundAction[]> {
  return withAuth0(async (client) => {
    const found: Auth0BoundAction[] = [];
    for await (const { action, display_name } of await client.actions.triggers.bindings.list(trigger, {
      per_page: 100,
    })) {
      found.push({ id: action?.id ?? '', name: action?.name ?? '', displayName: display_name ?? '' });
    }
    return found;
  });
}

/** Replaces the whole list of the trigger, whoever bound what is in it. */
export function writeTrigger(
  trigger: 'post-login',
  actions: readonly Pick<Auth0BoundAction, 'id' | 'displayName'>[],
): Promise<void> {
  const bindings = actions.map(({ id, displayName }) => ({
    ref: { type: 'action_id' as const, value: id },
    display_name: displayName,
  }));
  return withAuth0(async (client) => {
    await client.actions.triggers.bindings.updateMany(trigger, { bindings });
  });
}

/** The action of exactly this name, or undefined. Names are unique at the vendor. */
export function findAction(name: string): Promise<Auth0Action | undefined> {
  return withAuth0(async (client) => {
    for await (const action of await client.actions.list({ actionName: name, per_page: 100 })) {
      if (action.name !== name) continue;
      const { id = '', code = '', all_changes_deployed: deployed = false, supported_triggers = [] } = action;
      return { id, trigger: supported_triggers[0]?.id ?? '', deployed, code };
    }
    return undefined;
  });
}

/** The API with this identifier, or undefined. */
export function findApiByIdentifier(identifier: string): Promise<Auth0Api | undefined> {
  return withAuth0(async (client) => {
    for await (const found of await client.resourceServers.list({ per_page: 100 })) {
      if (found.identifier === identifier) return apiOf(found);
    }
    return undefined;
  });
}

/** All client grants of an API. */
export function listClientGrants(audience: string): Promise<readonly Auth0ClientGrant[]> {
  return withAuth0(async (client) => {
    const found: Auth0ClientGrant[] = [];
    for await (const one of await client.clientGrants.list({ audience, take: 100 })) found.push(grantOf(one));
    return found;
  });
}

/** The role of exactly this name with its permissions, or undefined. Names are unique at the vendor. */
export function findRoleByName(name: string): Promise<Auth0Role | undefined> {
  return withAuth0(async (client) => {
    for await (const role of await client.roles.list({ name_filter: name, per_page: 100 })) {
      if (role.name === name && role.id) return roleOf(client, role.id);
    }
    return undefined;
  });
}

/** The facts of the contract for `auth0-enabled-clients`. */
export async function observeAuth0EnabledClients(
  connection: string,
  clients: readonly string[],
): Promise<Observed | undefined> {
  const found = await readAuth0Connection(connection);
  return found && { enabledClients: found.enabledClients.filter((client) => clients.includes(client)) };
}

/** The facts of the contract for an `auth0-action`. */
export async function observeAuth0Action(name: string): Promise<Observed | undefined> {
  const found = await findAction(name);
  return found && { ...found };
}

/** The facts of the contract for an `auth0-binding`. */
export async function observeAuth0Binding(
  trigger: 'post-login',
  action: string,
): Promise<Observed | undefined> {
  const isBound = (await readTrigger(trigger)).some(({ name }) => name === action);
  return isBound ? { bound: true } : undefined;
}

/** The facts of the contract for an `auth0-api`. */
export async function observeAuth0Api(id: string): Promise<Observed | undefined> {
  const found = await withAuth0((client) => orMissing(client.resourceServers.get(id).then(apiOf)));
  return found && { identifier: found.identifier, name: found.name };
}

/** The facts of the contract for an `auth0-client-grant`. */
export async function observeAuth0ClientGrant(id: string): Promise<Observed | undefined> {
  const found = await withAuth0((client) => orMissing(client.clientGrants.get(id).then(grantOf)));
  return found && { clientId: found.clientId, audience: found.audience, scopes: found.scopes.toSorted() };
}

/** The facts of the contract for an `auth0-role`. */
export async function observeAuth0Role(id: string): Promise<Observed | undefined> {
  const found = await withAuth0((client) => orMissing(roleOf(client, id)));
  if (!found) return undefined;
  const permissions = found.permissions.map(
    ({ resourceServerIdentifier, name }) => `${resourceServerIdentifier} ${name}`,
  );
  return { name: found.name, permissions: permissions.sort() };
}

function apiOf({ id = '', identifier = '', name = '', scopes }: Management.ResourceServer): Auth0Api {
  return { id, identifier, name, scopes: (scopes ?? []).map(({ value }) => value) };
}

function grantOf(grant: Management.ClientGrantResponseContent): Auth0ClientGrant {
  const { id = '', client_id: clientId = '', audience = '', scope } = grant;
  return { id, clientId, audience, scopes: scope ?? [] };
}

async function roleOf(client: ManagementClient, id: string): Promise<Auth0Role> {
  const { name = '', description = '' } = await client.roles.get(id);
  const permissions: Auth0Permission[] = [];
  for await (const one of await client.roles.permissions.list(id, { per_page: 100 })) {
    const { permission_name = '', resource_server_identifier: resourceServerIdentifier = '' } = one;
    permissions.push({ name: permission_name, resourceServerIdentifier });
  }
  return { id, name, description, permissions };
}
