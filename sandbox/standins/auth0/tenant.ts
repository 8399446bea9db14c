import type { ManagementClient } from 'auth0';
import { TeardownError, within } from '../../../diagnostics/index.ts';
import { problems } from '../problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One call of the Management API after the other, each with a named limit. */
export interface Tenant {
  /** Throws TeardownError with the vendor's status and message. */
  call<T>(what: string, work: (api: ManagementClient) => PromiseLike<T>): Promise<T>;
  /** As `call`; undefined if the vendor says 404. */
  callOrMissing<T>(what: string, work: (api: ManagementClient) => PromiseLike<T>): Promise<T | undefined>;
}

/** The tenant of AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET. Does not ask it anything yet. */
export async function tenantFrom(environment: Environment): Promise<Tenant> {
  const setting = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    const detail = `the environment variable ${name} is not set`;
    throw new TeardownError(problems('standin-configuration', { detail, hint: `export ${name}=...` }));
  };
  const options = {
    domain: setting('AUTH0_DOMAIN'),
    clientId: setting('AUTH0_CLIENT_ID'),
    clientSecret: setting('AUTH0_CLIENT_SECRET'),
    timeoutInSeconds: 20,
    telemetry: false,
  };
  // After the plugin has given the engine its port: the SDK is large.
  const sdk = await import('auth0');
  const api = new sdk.ManagementClient(options);
  const callOrMissing = async <T>(what: string, work: (api: ManagementClient) => PromiseLike<T>) => {
    try {
      return await within('90 seconds', what, work(api));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw failed(what, error);
    }
  };
  return {
    callOrMissing,
    async call(what, work) {
      const found = await callOrMissing(what, async (client) => ({ answer: await work(client) }));
      if (!found) throw failed(what, new Error('it does not exist'));
      return found.answer;
    },
  };
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

function failed(what: string, error: unknown): unknown {
  if (error instanceof TeardownError) return error;
  const detail = `${what}: ${messageOf(error)}`;
  const hint = 'check AUTH0_DOMAIN, the credentials and NODE_EXTRA_CA_CERTS: npm run sandbox -- status';
  return new TeardownError(problems('standin-call-failed', { detail, hint }), { cause: error });
}

/** The vendor's own words where there are any. */
function messageOf(error: unknown): string {
  const body = error instanceof Error && 'body' in error ? error.body : undefined;
  if (typeof body === 'object' && body !== null && 'message' in body)
    return `${String(statusOf(error))} ${String(body.message)}`;
  return error instanceof Error ? error.message : String(error);
}
