import type { ManagementClient } from 'auth0';
import { type Duration, TeardownError, TimedOut, within } from '../diagnostics/index.ts';
import { type OwnAnswers, ownAnswersOf } from './auth0-answers.ts';
import { required } from './credentials.ts';
import { connectorError } from './problems.ts';

/** For three tries of one call, between which the SDK waits up to a minute each when the tenant asks for it, and some more calls. */
const patience: Duration = '5 minutes';

/** The tenant as the vendor's own environment variables name it; never holds the secret. */
interface Tenant extends Pick<OwnAnswers, 'foreign'> {
  readonly domain: string;
  readonly client: ManagementClient;
}

/**
 * Runs `work` with a client of the Management API. Domain and credentials are AUTH0_DOMAIN, AUTH0_CLIENT_ID and
 * AUTH0_CLIENT_SECRET; a private CA is trusted through NODE_EXTRA_CA_CERTS. Throws TeardownError (exit `unreachable`) when
 * the tenant cannot be asked, and that is all but a 404: `work` may turn that into an absence with `isMissing`.
 */
export async function withAuth0<T>(work: (client: ManagementClient) => Promise<T>): Promise<T> {
  const kept = last?.tenant;
  const asked = await tenant();
  const { domain, client, foreign } = asked;
  try {
    return await within(patience, `reading the Auth0 tenant ${domain}`, work(client));
  } catch (error) {
    const refused = statusOf(error) === 401;
    // What another answered once is no excuse for what the tenant answers later, and a token may have been revoked.
    if (foreign() || refused) last = undefined;
    if (refused && asked === kept) return withAuth0(work);
    throw foreign() ?? explain(error, domain);
  }
}

/** The client last made, with what it was made of: each asks for a token of its own, and the vendor counts them. */
let last: { readonly made: string; readonly tenant: Tenant } | undefined;

/** The one answer that means "not there": a 404 of the Management API itself, which says so in its body; a proxy's page does not. */
export function isMissing(error: unknown): boolean {
  if (statusOf(error) !== 404) return false;
  const { body } = error as { readonly body?: { readonly statusCode?: unknown } | null };
  return body?.statusCode === 404;
}

async function tenant(): Promise<Tenant> {
  const domain = required('AUTH0_DOMAIN');
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(domain)) {
    throw connectorError('connector-credentials-malformed', {
      detail: `AUTH0_DOMAIN is "${domain}", which is not a host name`,
      hint: 'export AUTH0_DOMAIN=TENANT.REGION.auth0.com (the host alone, without https:// and path)',
    });
  }
  const [clientId, clientSecret] = [required('AUTH0_CLIENT_ID'), required('AUTH0_CLIENT_SECRET')];
  const made = JSON.stringify([domain, clientId, clientSecret]);
  if (last?.made === made) return last.tenant;
  // Loaded when needed: a system without Auth0 does not wait for its SDK.
  const sdk = await import('auth0');
  const answers = ownAnswersOf(domain);
  const client = new sdk.ManagementClient({
    domain,
    clientId,
    clientSecret,
    timeoutInSeconds: 20,
    maxRetries: 2,
    telemetry: false,
    fetch: answers.fetch,
  });
  last = { made, tenant: { domain, client, foreign: answers.foreign } };
  return last.tenant;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

function explain(error: unknown, domain: string): unknown {
  if (error instanceof TeardownError && !(error instanceof TimedOut)) return error;
  const where = `the Auth0 tenant ${domain}`;
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : '';
  if (error instanceof TimedOut || name === 'ManagementTimeoutError' || status === 408) {
    const hint = 'check the network and try again: teardown status';
    return connectorError('connector-timed-out', { detail: `${where} did not answer in time`, hint }, error);
  }
  if (status === 401) {
    const hint = 'check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET';
    return connectorError('connector-credentials-refused', { detail: `${where} answered 401`, hint }, error);
  }
  if (status === 403) {
    const hint = 'grant the client read:clients and read:connections of the Management API';
    return connectorError('connector-rights-missing', { detail: `${where} answered 403`, hint }, error);
  }
  if (status === undefined) {
    const code = networkCode(error);
    const hint = `check AUTH0_DOMAIN, the network and, for a private CA, NODE_EXTRA_CA_CERTS`;
    return connectorError(
      'connector-unreachable',
      { detail: `no connection to ${where}${code}`, hint },
      error,
    );
  }
  return connectorError(
    status === 429 || status >= 500 ? 'connector-unreachable' : 'connector-answer-unexpected',
    { detail: `${where} answered ${status}`, hint: 'try again in a minute: teardown status' },
    error,
  );
}

/** The code of the innermost cause, such as ECONNREFUSED; the texts between may hold what was sent. */
function networkCode(error: unknown): string {
  let code = '';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') code = ` (${cause.code})`;
  }
  return code;
}
