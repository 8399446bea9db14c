import { connectorError } from './problems.ts';

/**
 * The one place where a reference (`env:NAME`) becomes its value. The value never enters a message.
 * Throws TeardownError connector-credentials-missing or connector-credentials-malformed.
 */
export function resolveCredentials(reference: string, environment: NodeJS.ProcessEnv = process.env): string {
  const name = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(reference)?.[1];
  if (name === undefined) {
    throw connectorError('connector-credentials-malformed', {
      detail: 'a credential is given by reference only, and this one is not of the form env:NAME',
      hint: 'write env:NAME in the inventory and put the value into that environment variable',
    });
  }
  return required(name, environment);
}

/** The value of an environment variable that a vendor's client reads too. Throws connector-credentials-missing. */
export function required(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name];
  if (value === undefined || value.trim() === '') {
    throw connectorError('connector-credentials-missing', {
      detail: `the environment variable ${name} is not set`,
      hint: `export ${name}=... (in the shell or the runner's secret store)`,
    });
  }
  return value;
}
