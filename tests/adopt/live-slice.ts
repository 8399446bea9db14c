import type { LiveCrm, LiveServer } from '../../adopt/index.ts';
import type {
  AccessObject,
  DatabaseFacts,
  GrantFacts,
  RoleFacts,
  RolePower,
} from '../../connectors/index.ts';
import type { LiveTarget, Observed } from '../../lifecycle/index.ts';

/** The sample CRM as the live systems would show it, to be changed by a test before it is captured. */
export interface World {
  databases: Record<string, DatabaseFacts>;
  roles: Record<string, RoleFacts>;
  /** By `schema/role`. */
  grants: Record<string, GrantFacts>;
  access: Awaited<ReturnType<LiveServer['access']>>;
  instances: Record<string, NonNullable<Awaited<ReturnType<LiveCrm['instance']>>>>;
  buckets: Record<string, { policy?: Observed['policy'] }>;
  clients: Record<string, NonNullable<Awaited<ReturnType<LiveCrm['client']>>>>;
  connections: Record<string, NonNullable<Awaited<ReturnType<LiveCrm['connection']>>>>;
}

const rights = ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];

export function role(changes: Partial<RoleFacts> = {}): RoleFacts {
  return {
    login: false,
    superuser: false,
    createRole: false,
    createDatabase: false,
    inherit: true,
    replication: false,
    bypassRowLevelSecurity: false,
    connectionLimit: -1,
    roles: [],
    adminOf: [],
    validUntil: 'infinity',
    searchPath: [],
    parameters: {},
    ...changes,
  };
}

/** What a role may do beyond all access lists. */
export function power(changes: Partial<RolePower> = {}): RolePower {
  return { login: false, superuser: false, createRole: false, ...changes };
}

/** The database itself in a picture of who may do what. */
export function databaseOf(owner: string): AccessObject {
  return {
    kind: 'database',
    schema: '',
    name: 'slice_crm',
    column: '',
    columns: [],
    owner,
    implicit: true,
    follows: false,
    countsFor: '',
    sees: [],
    rights: [],
  };
}

export function grant(changes: Partial<GrantFacts> = {}): GrantFacts {
  return { privileges: rights, uniform: true, grantable: false, schemaUsage: true, ...changes };
}

export function sliceWorld(): World {
  return {
    databases: {
      slice_crm: {
        owner: 'crm_owner',
        allowConnections: true,
        connectionLimit: -1,
        sessions: 3,
        preparedTransactions: 0,
        activeSlots: 0,
        subscriptions: 0,
        isTemplate: false,
        encoding: 'UTF8',
        lcCollate: 'C.UTF-8',
        lcCtype: 'C.UTF-8',
        tablespaceName: 'pg_default',
      },
    },
    roles: {
      crm_contacts: role(),
      crm_documents: role(),
      crm_app: role({ login: true, roles: ['crm_contacts', 'crm_documents'] }),
      crm_erp: role({ login: true, roles: ['crm_contacts'] }),
      crm_admin: role({ login: true, createRole: true, roles: ['crm_owner'] }),
      bg_sealed: role({ login: true }),
    },
    grants: { 'crm/crm_contacts': grant(), 'kyc/crm_documents': grant() },
    access: {
      picture: {
        runner: 'runner',
        roles: { crm_owner: power() },
        memberships: [],
        objects: [databaseOf('crm_owner')],
      },
      powers: [{ login: 'runner', says: 'is a superuser', direct: true }],
    },
    instances: {
      'slice-crm-prod': {
        DBInstanceIdentifier: 'slice-crm-prod',
        DBInstanceClass: 'db.t3.micro',
        Engine: 'postgres',
        EngineVersion: '15.4',
        AllocatedStorage: 20,
        MasterUsername: 'crm_master',
        AutoMinorVersionUpgrade: true,
        DeletionProtection: true,
        TagList: [],
      },
    },
    buckets: { 'slice-crm-attachments': {} },
    clients: {
      'crm-portal': {
        id: 'cl_1',
        name: 'crm-portal',
        description: '',
        appType: 'regular_web',
        grantTypes: ['password', 'refresh_token'],
        callbacks: [],
      },
    },
    connections: {
      'crm-users': {
        id: 'con_1',
        name: 'crm-users',
        strategy: 'auth0',
        options: { disable_signup: false },
        enabledClients: ['cl_1'],
      },
    },
  };
}

export function liveFrom(world: World): LiveCrm {
  return {
    server: () => ({
      database: (name) => Promise.resolve(world.databases[name]),
      roles: (names) =>
        Promise.resolve(
          new Map(names.flatMap((name) => (world.roles[name] ? [[name, world.roles[name]] as const] : []))),
        ),
      grants: (_database, wanted) =>
        Promise.resolve(wanted.map(({ schema, role }) => world.grants[`${schema}/${role}`])),
      access: () => Promise.resolve(world.access),
    }),
    instance: (id) => Promise.resolve(world.instances[id]),
    containerService: () => Promise.resolve(undefined),
    function: () => Promise.resolve(undefined),
    rule: () => Promise.resolve(undefined),
    schedule: () => Promise.resolve(undefined),
    queue: () => Promise.resolve(undefined),
    secret: () => Promise.resolve(undefined),
    gateways: () => Promise.resolve([]),
    iamRole: () => Promise.resolve(undefined),
    iamUser: () => Promise.resolve(undefined),
    observe: (target) => Promise.resolve(observed(world, target)),
    client: (name) => Promise.resolve(world.clients[name]),
    connection: (name) => Promise.resolve(world.connections[name]),
    api: () => Promise.resolve(undefined),
    clientGrants: () => Promise.resolve([]),
    auth0Role: () => Promise.resolve(undefined),
  };
}

function observed({ buckets }: World, target: LiveTarget): Observed | undefined {
  if (target.kind === 'bucket') return buckets[target.name] && { versioning: 'Enabled', objects: 3 };
  if (target.kind !== 'bucket-policy') throw new Error(`capture asked for a ${target.kind}`);
  const policy = buckets[target.bucket]?.policy;
  return policy === undefined ? undefined : { policy };
}
