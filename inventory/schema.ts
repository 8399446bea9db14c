import { z } from 'zod';
import { isDuration } from '../diagnostics/index.ts';

/** The inventory as far as components exist for it. Every object is strict: a key that nothing reads is an error. */

const text = z
  .string()
  .regex(/\S/, 'must not be blank')
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not hold control characters')
  .max(500, 'must not be longer than 500 characters');

const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 small letters, digits and hyphens, with a letter or digit at both ends',
  )
  .describe('Unique in its list. It is part of resource names: changing it later is a rename.');

/** A PostgreSQL name as the server stores it, at most 63 bytes. */
const databaseName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_$.@-]{0,62}$/,
    'must be a PostgreSQL name of 1 to 63 letters, digits, _, $, ., @ or -, with a letter or _ first',
  );

const duration = z
  .string()
  .refine(isDuration, 'must be a whole number and a unit, such as "30 days"')
  .meta({ examples: ['30 days', '3 years'] });

const credentials = z
  .string()
  .regex(/^env:[A-Z_][A-Z0-9_]*$/, 'must name an environment variable, such as env:CRM_DATABASE_URL')
  .describe('A reference, never the secret itself.');

const ownership = z
  .enum(['exclusive', 'shared'])
  .describe('exclusive: only this CRM uses it, it may be removed. shared: it is never removed. No default.');

const others = z.array(text).optional().describe('Who else uses a shared carrier.');

const principalArn = z
  .string()
  .regex(/^arn:[a-z-]+:(iam|sts)::\d{12}:\S{1,256}$/, 'must be the ARN of an AWS principal');

const dataClass = z.strictObject({
  sensitivity: z.enum(['personal', 'sensitive', 'financial']),
  basis: text.describe('Legal basis for keeping it, such as contract, consent or tax-law.'),
  keep: duration.describe('Retention.'),
  hold: text.describe('Legal hold: none, or the reference of the case.'),
});

const moduleEntry = z.strictObject({
  name,
  data: z.array(name).min(1, 'must name at least one data class'),
  enforcedBy: z.enum(['database-role']).describe('Where the right to the module is enforced.'),
  role: databaseName.describe('Group role that holds the grants on the schema.'),
  schema: databaseName,
});

const databaseFields = {
  name: databaseName,
  ownership,
  credentials: credentials.describe(
    'Connection URL of the runner to the server (its database postgres), by reference, never a value.',
  ),
};

const instance = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z](-?[a-z0-9]){0,62}$/, 'must be an RDS identifier: small letters, digits, single hyphens')
    .max(63, 'must not be longer than 63 characters'),
  ownership,
  others,
});

const database = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rds-postgresql'), instance, ...databaseFields }),
  z.strictObject({ kind: z.literal('postgresql'), ...databaseFields }),
]);

const connectionName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,126}[A-Za-z0-9])?$/,
    'must be an Auth0 connection name: letters, digits and hyphens',
  );

const identity = z.strictObject({
  tenant: z.strictObject({
    domain: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a host name without scheme, port or path')
      .max(253, 'must not be longer than 253 characters'),
    ownership,
    others,
  }),
  connections: z.array(z.strictObject({ name: connectionName, ownership })).default([]),
});

const clientInterface = z.strictObject({
  name,
  client: text.describe('Name of the Auth0 client.'),
  ownership,
});

const objectStore = z.strictObject({
  name,
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be an S3 bucket name of 3 to 63 characters'),
  ownership,
  data: z.array(name).min(1, 'must name at least one data class'),
});

const integration = z.strictObject({
  name,
  kind: z.enum(['sync', 'api-setting', 'automation']),
  login: databaseName.describe('Database login of the peer.'),
  peer: text,
  owner: text.describe('Who answers for the peer.'),
  ownership,
});

const loginEntry = z.strictObject({ name, login: databaseName.describe('Database login.'), ownership });

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
    .strictObject({ database: databaseName.optional(), aws: principalArn.optional() })
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
  interfaces: z.array(clientInterface).default([]),
  objects: z.array(objectStore).default([]),
  integrations: z.array(integration).default([]),
  services: z.array(loginEntry).default([]),
  operators: z.array(loginEntry).default([]),
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
export type IntegrationEntry = Inventory['integrations'][number];
/** A service or an operator: one database login. */
export type LoginEntry = Inventory['services'][number];
