import {
  type AccessPicture,
  type Auth0Api,
  type Auth0Client,
  type Auth0ClientGrant,
  type Auth0Connection,
  type Auth0Role,
  clientIdOf,
  type DatabaseFacts,
  describeContainerService,
  describeFunction,
  describeInstance,
  describeQueue,
  describeRule,
  describeSchedule,
  describeSecret,
  findRestApis,
  type GatewayFacts,
  type IamRole,
  type IamUser,
  findApiByIdentifier,
  findConnectionByName,
  findRoleByName,
  type GrantFacts,
  listClientGrants,
  listClients,
  observe,
  readAuth0Client,
  readAuth0Connection,
  readAccess,
  readDatabase,
  readGateway,
  readGrants,
  readIamRole,
  readIamUser,
  readPowers,
  readRole,
  type RoleFacts,
  type ServerPower,
  withDatabase,
  withoutNeighbours,
} from '../connectors/index.ts';
import type { LiveTarget, Observed } from '../lifecycle/index.ts';

/** The live CRM as far as capture asks it; tests have one of their own. Every method throws when it cannot look. */
export interface LiveCrm {
  server(credentials: string): LiveServer;
  instance(id: string): ReturnType<typeof describeInstance>;
  containerService(cluster: string, service: string): ReturnType<typeof describeContainerService>;
  function(name: string): ReturnType<typeof describeFunction>;
  /** A rule of the default event bus, a schedule of the default group. */
  rule(name: string): ReturnType<typeof describeRule>;
  schedule(name: string): ReturnType<typeof describeSchedule>;
  queue(name: string): ReturnType<typeof describeQueue>;
  secret(name: string): ReturnType<typeof describeSecret>;
  /** All REST APIs of that id or name, with all that a teardown narrows of them. */
  gateways(nameOrId: string): Promise<readonly GatewayFacts[]>;
  iamRole(name: string): Promise<IamRole | undefined>;
  iamUser(name: string): Promise<IamUser | undefined>;
  observe(target: LiveTarget): Promise<Observed | undefined>;
  /** The one client, or connection, of that name; undefined if there is none. Throws if there are two. */
  client(name: string): Promise<Auth0Client | undefined>;
  connection(name: string): Promise<Auth0Connection | undefined>;
  api(identifier: string): Promise<Auth0Api | undefined>;
  clientGrants(audience: string): Promise<readonly Auth0ClientGrant[]>;
  auth0Role(name: string): Promise<Auth0Role | undefined>;
}

/** One PostgreSQL server. */
export interface LiveServer {
  database(name: string): Promise<DatabaseFacts | undefined>;
  /** Those of the roles that exist. */
  roles(names: readonly string[]): Promise<ReadonlyMap<string, RoleFacts>>;
  /** One answer for each of `wanted`; undefined if role or schema is not there. */
  grants(
    database: string,
    wanted: readonly { readonly schema: string; readonly role: string }[],
  ): Promise<readonly (GrantFacts | undefined)[]>;
  /** Who may do what in a database, as far as it concerns the database and these logins; and who may do it past all access lists. */
  access(
    database: string,
    logins: readonly string[],
  ): Promise<{ readonly picture: AccessPicture; readonly powers: readonly ServerPower[] } | undefined>;
}

const reading: Omit<LiveCrm, 'client'> = {
  server: (credentials) => ({
    database: (name) => withDatabase(credentials, undefined, (session) => readDatabase(session, name)),
    roles: async (names) => {
      const facts = new Map<string, RoleFacts>();
      await withDatabase(credentials, undefined, async (session) => {
        for (const name of names) {
          const role = await readRole(session, name);
          if (role) facts.set(name, role);
        }
      });
      return facts;
    },
    grants: async (database, wanted) => {
      const grants: (GrantFacts | undefined)[] = [];
      await withDatabase(credentials, database, async (session) => {
        for (const { schema, role } of wanted) grants.push(await readGrants(session, schema, role));
      });
      return grants;
    },
    access: (database, logins) =>
      withDatabase(credentials, database, async (session) => ({
        picture: withoutNeighbours(await readAccess(session), logins),
        powers: await readPowers(session),
      })),
  }),
  instance: describeInstance,
  containerService: describeContainerService,
  function: describeFunction,
  rule: describeRule,
  schedule: describeSchedule,
  queue: describeQueue,
  secret: describeSecret,
  gateways: async (nameOrId) => {
    const facts: GatewayFacts[] = [];
    for (const api of await findRestApis(nameOrId)) facts.push(await readGateway(api));
    return facts;
  },
  iamRole: readIamRole,
  iamUser: readIamUser,
  observe,
  connection: async (name) => {
    const id = await findConnectionByName(name);
    return id === undefined ? undefined : readAuth0Connection(id);
  },
  api: findApiByIdentifier,
  clientGrants: listClientGrants,
  auth0Role: findRoleByName,
};

/** The real systems, through the connectors, for one capture: it reads the list of all clients once. */
export function liveCrm(): LiveCrm {
  let clients: ReturnType<typeof listClients> | undefined;
  return {
    ...reading,
    client: async (name) => {
      clients ??= listClients();
      const id = clientIdOf(name, await clients);
      return id === undefined ? undefined : readAuth0Client(id);
    },
  };
}
