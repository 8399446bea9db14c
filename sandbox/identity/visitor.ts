import { milliseconds, within } from '../../diagnostics/index.ts';

/** An application of the tenant, as it signs in its users. */
export interface Application {
  /** `host:port` */
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Account {
  /** Name of the connection. */
  readonly connection: string;
  readonly email: string;
  readonly password: string;
}

/** Allowed with the vendor's answer, or refused with its reason, such as `unauthorized_client`. */
export type Answer =
  | { readonly allowed: true; readonly tokens: Readonly<Record<string, unknown>> }
  | { readonly allowed: false; readonly status: number; readonly error: string };

/**
 * A log-in with a password, for an API if its `audience` is named. Asks for a refresh token; throws (exit `timedOut` or the
 * network's error) without an answer.
 */
export function logIn(application: Application, account: Account, audience?: string): Promise<Answer> {
  return ask(application.domain, '/oauth/token', {
    ...credentials(application),
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    realm: account.connection,
    username: account.email,
    password: account.password,
    scope: 'offline_access',
    ...(audience === undefined ? {} : { audience }),
  });
}

export function refresh(application: Application, refreshToken: string): Promise<Answer> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  return ask(application.domain, '/oauth/token', { ...credentials(application), ...grant });
}

/** The token of a machine: the client itself asks for it. */
export function machineToken(application: Application, audience: string): Promise<Answer> {
  const grant = { grant_type: 'client_credentials', audience };
  return ask(application.domain, '/oauth/token', { ...credentials(application), ...grant });
}

export function signUp(application: Application, account: Account): Promise<Answer> {
  return ask(application.domain, '/dbconnections/signup', { client_id: application.clientId, ...account });
}

function credentials({ clientId, clientSecret }: Application) {
  return { client_id: clientId, client_secret: clientSecret };
}

async function ask(domain: string, path: string, body: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await within(
    '10 seconds',
    `POST https://${domain}${path}`,
    fetch(`https://${domain}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(milliseconds('10 seconds')),
    }),
  );
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (response.ok) return { allowed: true, tokens: answer };
  return { allowed: false, status: response.status, error: String(answer.error) };
}
