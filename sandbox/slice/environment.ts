import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';

const variables = [
  'CRM_DATABASE_URL',
  'AWS_ENDPOINT_URL',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_REGION',
  'AUTH0_DOMAIN',
  'AUTH0_CLIENT_ID',
  'AUTH0_CLIENT_SECRET',
] as const;

/** Of a sandbox's environment, what reaches its live systems. */
export type Environment = Readonly<Record<(typeof variables)[number], string>>;

/** Throws TeardownError naming what is missing. */
export function environmentOf(env: Readonly<Record<string, string>>): Environment {
  const missing = variables.filter((name) => !env[name]);
  if (missing.length > 0) {
    const hint = 'npm run sandbox -- up, then take the environment it names';
    throw new TeardownError(problems('sandbox-not-up', { detail: `not set: ${missing.join(', ')}`, hint }));
  }
  return Object.fromEntries(variables.map((name) => [name, env[name]])) as Environment;
}

/** What every client of the vendor's AWS SDK needs to reach a sandbox. */
export function awsSettings(environment: Environment) {
  return {
    endpoint: environment.AWS_ENDPOINT_URL,
    region: environment.AWS_REGION,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    },
    maxAttempts: 2,
  };
}
