import { z } from 'zod';
import {
  bucketName,
  columnName,
  connectionName,
  credentials,
  databaseName,
  duration,
  hostName,
  iamName,
  instanceId,
  keyPrefix,
  name,
  others,
  ownership,
  principalArn,
  tableName,
  text,
} from './values.ts';

/** The inventory as far as components exist for it. Every object is strict: a key that nothing reads is an error. */

const dataClass = z.strictObject({
  sensitivity: z.enum(['personal', 'sensitive', 'financial']),
  basis: text.describe('Legal basis for keeping it, such as contract, consent or tax-law.'),
  keep: duration.describe('Retention.'),
  hold: text.describe('Legal hold: none, or the reference of the case.'),
});

const moduleFields = { name, data: z.array(name).min(1, 'must name at least one data class') };

/** Where the right to a module is enforced decides what is cut. */
const moduleEntry = z.discriminatedUnion('enforcedBy', [
  z.strictObject({
    ...moduleFields,
    enforcedBy: z.literal('database-role'),
    role: databaseName.describe('Group role that holds the grants on the schema.'),
    schema: databaseName,
  }),
  z.strictObject({
    ...moduleFields,
    enforcedBy: z.literal('database-columns'),
    columns: z.array(columnName).min(1).describe('Columns of otherwise readable tables.'),
  }),
  z.strictObject({
    ...moduleFields,
    enforcedBy: z.literal('token-scope'),
    scopes: z.array(text).min(1).describe('Scopes of identity.api.'),
  }),
]);

const databaseFields = {
  name: databaseName,
  ownership,
  credentials: credentials.describe(
    'Connection URL of the runner to the server (its database postgres), by reference, never a value.',
  ),
  readOnly: z
    .strictObject({
      stillWritten: z
        .array(z.strictObject({ table: tableName, why: text }))
        .default([])
        .describe('Tables that stay writable until revoked/services, such as sessions of log-ins.'),
    })
    .default({ stillWritten: [] }),
  outOfReach: z
    .array(z.strictObject({ login: databaseName, why: text }))
    .default([])
    .describe(
      "Logins of the server that no step can cut, such as the cloud's own superuser; each with the reason.",
    ),
};

const instance = z.strictObject({
  id: instanceId,
  ownership,
  others,
});

const database = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rds-postgresql'), instance, ...databaseFields }),
  z.strictObject({ kind: z.literal('postgresql'), ...databaseFields }),
]);

const identity = z.strictObject({
  tenant: z.strictObject({
    domain: hostName,
    ownership,
    others,
  }),
  connections: z.array(z.strictObject({ name: connectionName, ownership })).default([]),
  api: z
    .strictObject({ identifier: text.describe('Audience of its tokens.'), ownership })
    .optional()
    .describe('The API (resource server) whose tokens the CRM takes.'),
  roles: z
    .array(z.strictObject({ name: text, ownership }))
    .default([])
    .describe('Auth0 roles that carry scopes of the API.'),
});

/** People who log in to the database directly; those of Auth0 are known by their connection. */
const population = z.strictObject({
  name,
  kind: z.enum(['customer', 'partner', 'staff']),
  in: z.literal('database'),
  logins: z.array(databaseName).min(1, 'must name at least one login'),
  ownership,
});

const interfaceEntry = z.strictObject({
  name,
  client: text.optional().describe('Name of the Auth0 client that outside users or machines work with.'),
  gateway: z
    .string()
    .regex(/^[^/\s][^/]*\/[A-Za-z0-9_]{1,128}$/, 'must be a REST API and its stage, such as crm-api/prod')
    .optional()
    .describe('API Gateway: name or id of the REST API, and its stage.'),
  successorUrl: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Where callers of the gateway find what comes next.'),
  ownership,
});

const objectStore = z.strictObject({
  name,
  bucket: bucketName,
  prefix: keyPrefix.optional().describe("The part of a shared bucket that is the CRM's."),
  ownership,
  data: z.array(name).min(1, 'must name at least one data class'),
});

const login = databaseName.optional().describe('Database login.');
const awsName = text.optional();

const integration = z.strictObject({
  name,
  kind: z.enum(['sync', 'api-setting', 'automation']),
  login,
  client: awsName.describe('Name of the Auth0 client the peer gets tokens with.'),
  queue: awsName.describe('Name of the SQS queue.'),
  rule: awsName.describe('Name of the EventBridge rule on the default bus.'),
  schedule: awsName.describe('Name of the EventBridge schedule in the default group.'),
  secret: awsName.describe('Name of the secret in Secrets Manager that holds the credential of the peer.'),
  peer: text,
  owner: text.describe('Who answers for the peer.'),
  ownership,
});

const service = z.strictObject({
  name,
  login,
  ecs: z
    .string()
    .regex(/^[\w-]{1,255}\/[\w-]{1,255}$/, 'must be an ECS cluster and service, such as prod/crm-web')
    .optional(),
  lambda: awsName.describe('Name of the function; its event source mappings belong to it.'),
  rule: awsName.describe('Name of the EventBridge rule on the default bus that starts it.'),
  schedule: awsName.describe('Name of the EventBridge schedule in the default group that starts it.'),
  ownership,
});

const operator = z.strictObject({
  name,
  login,
  iamRoles: z.array(iamName).default([]).describe('Names of IAM roles.'),
  iamUsers: z
    .array(iamName)
    .default([])
    .describe('Names of IAM users; their access keys and console log-in belong to them.'),
  auth0Role: awsName.describe('Auth0 role whose members are administrators: the accounts wave spares them.'),
  ownership,
});

/** R57: the checklist of what a CRM also does. A blank line would be green by omission, so each one is required. */
const feature = z.enum(['present', 'absent', 'unknown']);

const notice = z.strictObject({
  to: text.describe('Audience.'),
  sent: z.iso.date('must be a calendar date, such as 2026-09-01'),
  proof: text.describe('Reference of the proof of sending.'),
});

export const inventorySchema = z.strictObject({
  system: name.describe('Names the CRM everywhere: stack, ledger, <system>.former.json.'),
  reason: z.strictObject({ code: z.enum(['replaced', 'no-longer-used', 'insufficient']), text }),
  breakGlass: z
    .strictObject({
      database: databaseName.optional(),
      aws: principalArn.optional(),
      auth0: text.optional().describe('User id.'),
    })
    .describe('Sealed principals that no run ever cuts.'),
  runner: z
    .strictObject({ aws: principalArn.optional() })
    .default({})
    .describe('Whom the runner is in each live system, where a cut has to leave it out by name.'),
  evidenceStore: text
    .refine((value) => !/^[a-z0-9+.-]+:/i.test(value), 'must be a directory; other stores are not built yet')
    .describe('Directory of the evidence store, relative to this file.'),
  timing: z.strictObject({ notice: duration.describe('Lead time between notices and read-only.') }),
  dataClasses: z.record(name, dataClass),
  modules: z.array(moduleEntry).default([]),
  together: z
    .array(z.array(z.string()))
    .default([])
    .describe('Groups of neighbouring waves taken in one step, such as [[sensitive, modules]].'),
  database: database.optional(),
  identity: identity.optional(),
  populations: z.array(population).default([]),
  interfaces: z.array(interfaceEntry).default([]),
  objects: z.array(objectStore).default([]),
  integrations: z.array(integration).default([]),
  services: z.array(service).default([]),
  operators: z.array(operator).default([]),
  features: z
    .strictObject({
      'mail-campaigns': feature,
      sms: feature,
      'mobile-app': feature,
      dashboards: feature,
      'auto-update': feature,
    })
    .describe('What the CRM also does. unknown is allowed here and stops at the gate of read-only.'),
  notices: z.array(notice).default([]),
});

type Frozen<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [Key in keyof T]: Frozen<T[Key]> };

type Parsed = Frozen<z.output<typeof inventorySchema>>;
type ParsedDatabase = NonNullable<Parsed['database']>;

/** `instance` is there exactly if `kind` is `rds-postgresql`. */
export type Database =
  | Extract<ParsedDatabase, { kind: 'rds-postgresql' }>
  | (Extract<ParsedDatabase, { kind: 'postgresql' }> & { readonly instance?: undefined });

/** A valid inventory: lists that were left out are empty; `database` and `identity` may be undefined. */
export type Inventory = Omit<Parsed, 'database'> & { readonly database?: Database | undefined };

export type Ownership = 'exclusive' | 'shared';
export type Module = Inventory['modules'][number];
type Identity = NonNullable<Inventory['identity']>;
export type ConnectionEntry = Identity['connections'][number];
export type InterfaceEntry = Inventory['interfaces'][number];
export type ObjectStoreEntry = Inventory['objects'][number];
export type PopulationEntry = Inventory['populations'][number];
export type IntegrationEntry = Inventory['integrations'][number];
export type ServiceEntry = Inventory['services'][number];
export type OperatorEntry = Inventory['operators'][number];
