import type { TeardownError } from '../diagnostics/index.ts';
import { connectorError } from './problems.ts';

/** A `fetch` for the vendor's SDK that lets only the Management API's own answers pass. */
export interface OwnAnswers {
  readonly fetch: typeof fetch;
  /** What answered instead, if something did: the SDK's own error does not say it. */
  readonly foreign: () => TeardownError | undefined;
}

/**
 * Whatever the Management API is asked here it answers with a thing that has a name or an id, or with a list. A proxy's page, an
 * empty object or half an answer is none of these, and the SDK reads it as a thing without properties or as an empty list. The
 * body is read at once, so that the SDK's time-out counts for it, too.
 */
export function ownAnswersOf(domain: string): OwnAnswers {
  let found: TeardownError | undefined;
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init).catch(asTimeout);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (!response.ok || !pathname.startsWith('/api/v2/')) return response;
      const text = await response.text().catch(asTimeout);
      const { status, statusText, headers } = response;
      if (isOwn(text)) return new Response(text, { status, statusText, headers });
      found = foreign(domain);
      return new Response(null, { status: 400 });
    },
    foreign: () => found,
  };
}

/** The SDK ends a call that takes too long with a string, and then knows it as a time-out by the name of an error only. */
function asTimeout(reason: unknown): never {
  throw reason === 'timeout'
    ? Object.assign(new Error('the tenant did not answer'), { name: 'AbortError' })
    : reason;
}

function isOwn(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const thing = ['id', 'client_id', 'name'].some((key) => Object.hasOwn(value, key));
  return thing || Object.values(value).some((member) => Array.isArray(member));
}

function foreign(domain: string): TeardownError {
  const detail = `something else answered for the Auth0 tenant ${domain}: neither a thing nor a list`;
  const hint = 'check AUTH0_DOMAIN and the proxies on the way';
  return connectorError('connector-answer-unexpected', { detail, hint });
}
