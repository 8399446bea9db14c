import type { Store } from './store.ts';
import type { Tenant } from './tenant.ts';
import type { Signer } from './tokens.ts';

/** What every route works on. */
export interface Context {
  readonly tenant: Tenant;
  /** Every answer waits for it; so must what goes on after one. */
  readonly flush: Store['flush'];
  readonly signer: Signer;
  /** `localhost:PORT`; known once the server listens. */
  readonly domain: () => string;
  /** The one client that may call the Management API. */
  readonly managementClient: string;
}

export function managementAudience(context: Context): string {
  return `https://${context.domain()}/api/v2/`;
}
