import { TeardownError, within } from '../../diagnostics/index.ts';
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

/**
 * Runs `work` with clients of the vendor's SDK and closes them. `what` says what they work on. Throws TimedOut after a minute.
 */
export async function withClients<Clients extends Readonly<Record<string, { destroy(): void }>>, Result>(
  what: string,
  clients: Clients,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  try {
    return await within('1 minute', what, work(clients));
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
