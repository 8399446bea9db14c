import type { ManagementClient } from 'auth0';
import type { Json, TeardownError } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { isMissing, withAuth0 } from './auth0.ts';
import { connectorError } from './problems.ts';

/** An application of the tenant. */
export interface Auth0Client {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly appType: string | null;
  readonly grantTypes: readonly string[];
  readonly callbacks: readonly string[];
}

/** A connection with all of its options, named as the API names them, and the clients it is enabled for (sorted ids). */
export interface Auth0Connection {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly options: Readonly<Record<string, Json>>;
  readonly enabledClients: readonly string[];
}

/** One client by its id, or undefined. Throws TeardownError (exit `unreachable`) when it cannot look. */
export function readAuth0Client(id: string): Promise<Auth0Client | undefined> {
  return withAuth0((client) =>
    orMissing(client.clients.get(id, { fields }).then((found) => clientOf(id, found))),
  );
}

/** One connection by its id, or undefined. Throws TeardownError (exit `unreachable`) when it cannot look. */
export function readAuth0Connection(id: string): Promise<Auth0Connection | undefined> {
  return withAuth0((client) => orMissing(connectionOf(client, id)));
}

/** Never the secret. */
const fields = 'name,description,app_type,grant_types,callbacks';

/** What the vendor sends of a client, as far as we look. */
interface ClientAnswer {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly app_type?: string | undefined;
  readonly grant_types?: readonly string[] | undefined;
  readonly callbacks?: readonly string[] | undefined;
}

function clientOf(id: string, answer: ClientAnswer): Auth0Client {
  return {
    id,
    name: answer.name ?? '',
    description: answer.description ?? '',
    appType: answer.app_type ?? null,
    grantTypes: answer.grant_types ?? [],
    callbacks: answer.callbacks ?? [],
  };
}

async function connectionOf(client: ManagementClient, id: string): Promise<Auth0Connection> {
  const { name = '', strategy = '', options } = await client.connections.get(id);
  const enabledClients: string[] = [];
  for await (const { client_id } of await client.connections.clients.get(id)) enabledClients.push(client_id);
  return { id, name, strategy, options: asJson(options), enabledClients: enabledClients.sort() };
}

/** An answer's free-form record as JSON. */
function asJson(value: unknown): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(value ?? {})) as Readonly<Record<string, Json>>;
}

/** An answer of 404 is an absence. */
export async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The facts of the contract for an `auth0-client`. */
export async function observeAuth0Client(id: string): Promise<Observed | undefined> {
  const found = await readAuth0Client(id);
  if (!found) return undefined;
  const { name, appType, grantTypes, callbacks } = found;
  return { name, appType, grantTypes, callbacks };
}

/** The facts of the contract for an `auth0-connection`. An option that is not set is off. */
export async function observeAuth0Connection(id: string): Promise<Observed | undefined> {
  const found = await readAuth0Connection(id);
  if (!found) return undefined;
  const { name, strategy, options, enabledClients } = found;
  return { name, strategy, disableSignup: options.disable_signup === true, enabledClients };
}

/** The vendor shows no more of a list that is paged by number: a list this long may go on. */
const furthest = 1000;
const pageLength = 100;

/** Of an application of the tenant, what finds it. */
export type NamedClient = Pick<Auth0Client, 'id' | 'name'>;

/**
 * All clients of the tenant: the vendor has no search for one by its name. Throws connector-list-incomplete where there are 1,000 or
 * more, for some may stand behind them.
 */
export function listClients(): Promise<readonly NamedClient[]> {
  return withAuth0(async (client) => {
    const found: NamedClient[] = [];
    let seen = 0;
    let page = await client.clients.list({ per_page: pageLength, fields: 'client_id,name' });
    for (;;) {
      for (const { client_id: id, name = '' } of page.data) if (id) found.push({ id, name });
      seen += page.data.length;
      if (page.data.length < pageLength) return found;
      if (seen >= furthest) throw incomplete(seen);
      page = await page.getNextPage();
    }
  });
}

/** The id of the one client with this name, or undefined. The vendor allows it twice: then it throws connector-name-ambiguous. */
export function clientIdOf(name: string, clients: readonly NamedClient[]): string | undefined {
  const found = clients.filter((client) => client.name === name);
  return theOnly(
    'client',
    name,
    found.map(({ id }) => id),
  );
}

/** The id of the connection with this name, or undefined. */
export function findConnectionByName(name: string): Promise<string | undefined> {
  return withAuth0(async (client) => {
    const found: string[] = [];
    for await (const item of await client.connections.list({ name })) {
      if (item.name === name && item.id) found.push(item.id);
    }
    return theOnly('connection', name, found);
  });
}

function theOnly(kind: string, name: string, found: readonly string[]): string | undefined {
  if (found.length <= 1) return found[0];
  const detail = `${found.length} Auth0 ${kind}s are called "${name}": ${found.join(', ')}`;
  const hint = 'rename all but the one that is meant, in the Auth0 dashboard';
  throw connectorError('connector-name-ambiguous', { detail, hint });
}

function incomplete(seen: number): TeardownError {
  const detail = `the tenant shows ${seen} clients and no more, although there may be more`;
  const hint = 'delete clients that nobody uses, or read them by an export';
  return connectorError('connector-list-incomplete', { detail, hint });
}

/** The inputs of `auth0:index/client:Client` that leave the client as it is. */
export function auth0ClientInputs(client: Auth0Client): Readonly<Record<string, Json>> {
  const { name, description, appType, grantTypes, callbacks } = client;
  // Always with a description: Pulumi's SDK writes one of its own where none is given.
  return { name, description, ...(appType !== null && { appType }), grantTypes, callbacks };
}

/** API name -> the provider's name. */
const optionNames: Readonly<Record<string, string>> = {
  disable_signup: 'disableSignup',
  brute_force_protection: 'bruteForceProtection',
  passwordPolicy: 'passwordPolicy',
};

/**
 * The inputs of `auth0:index/connection:Connection` that leave the connection as it is. The API replaces all options at
 * once, so an option we could not send back would be lost by the first change: then it throws connector-option-unknown.
 * What the posture changes is written explicitly: `disableSignup` is always there.
 */
export function auth0ConnectionInputs(connection: Auth0Connection): Readonly<Record<string, Json>> {
  const unknown = Object.keys(connection.options).filter((name) => !(name in optionNames));
  if (unknown.length > 0) {
    const detail = `connection "${connection.name}" has options that would be lost: ${unknown.join(', ')}`;
    const hint = `leave the connection out of the inventory, or add the option to connectors/auth0-facts.ts`;
    throw connectorError('connector-option-unknown', { detail, hint });
  }
  const named = Object.entries(connection.options).map(([name, value]): [string, Json] => [
    optionNames[name] ?? name,
    value,
  ]);
  const options = { disableSignup: false, ...Object.fromEntries<Json>(named) };
  return { name: connection.name, strategy: connection.strategy, options };
}

/** The inputs of `auth0:index/connectionClients:ConnectionClients` that leave them as they are. */
export function auth0ConnectionClientsInputs(connection: Auth0Connection): Readonly<Record<string, Json>> {
  return { connectionId: connection.id, enabledClients: connection.enabledClients };
}
