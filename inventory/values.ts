/** The kinds of value that the inventory knows; what is wrong with one is said in words that follow its path. */
import { z } from 'zod';
import { isDuration } from '../diagnostics/index.ts';

export const text = z
  .string()
  .regex(/\S/, 'must not be blank')
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not hold control characters')
  .max(500, 'must not be longer than 500 characters');

export const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 small letters, digits and hyphens, with a letter or digit at both ends',
  )
  .describe('Unique in its list. It is part of resource names: changing it later is a rename.');

/** A PostgreSQL name as the server stores it, at most 63 bytes. */
export const databaseName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_$.@-]{0,62}$/,
    'must be a PostgreSQL name of 1 to 63 letters, digits, _, $, ., @ or -, with a letter or _ first',
  );

export const duration = z
  .string()
  .refine(isDuration, 'must be a whole number and a unit, such as "30 days"')
  .meta({ examples: ['30 days', '3 years'] });

export const credentials = z
  .string()
  .regex(/^env:[A-Z_][A-Z0-9_]*$/, 'must name an environment variable, such as env:CRM_DATABASE_URL')
  .describe('A reference, never the secret itself.');

export const ownership = z
  .enum(['exclusive', 'shared'])
  .describe('exclusive: only this CRM uses it, it may be removed. shared: it is never removed. No default.');

export const others = z.array(text).optional().describe('Who else uses a shared carrier.');

export const principalArn = z
  .string()
  .regex(/^arn:[a-z-]+:(iam|sts)::\d{12}:\S{1,256}$/, 'must be the ARN of an AWS principal');

/** `schema.table.column` */
export const columnName = z
  .string()
  .regex(/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*){2}$/, 'must name a column as schema.table.column');

/** `schema.table` */
export const tableName = z
  .string()
  .regex(/^[A-Za-z_][\w$]*\.[A-Za-z_][\w$]*$/, 'must name a table as schema.table');

export const connectionName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,126}[A-Za-z0-9])?$/,
    'must be an Auth0 connection name: letters, digits and hyphens',
  );

export const iamName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of an IAM role or user, not its ARN');

export const instanceId = z
  .string()
  .regex(/^[a-z](-?[a-z0-9]){0,62}$/, 'must be an RDS identifier: small letters, digits, single hyphens')
  .max(63, 'must not be longer than 63 characters');

export const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a host name without scheme, port or path')
  .max(253, 'must not be longer than 253 characters');

export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be an S3 bucket name of 3 to 63 characters');

/** A policy would read * and ? as wildcards and $ as a variable: the cut would reach further than the prefix. */
export const keyPrefix = z
  .string()
  .regex(/^(?:[^/\s*?$]+\/)+$/, 'must be a key prefix that ends in /, such as crm/, without * ? $ and //');
