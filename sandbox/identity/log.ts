import { ApiError } from './errors.ts';
import type { Client, LogEvent, Tenant } from './tenant.ts';

/** How many events a tenant keeps, in the place of the vendor's days of retention. */
const kept = 10_000;

let last = 0;

/** Adds an event; the oldest goes when there are too many. Ids grow with time, as checkpoints need it. */
function record(tenant: Tenant, event: Omit<LogEvent, 'log_id' | 'date'>): void {
  const now = Date.now();
  last = Math.max(last + 1, now * 1000);
  const log_id = `900${last}`;
  tenant.logs.set(log_id, { log_id, date: new Date(now).toISOString(), ...event });
  const [oldest] = tenant.logs.keys();
  if (tenant.logs.size > kept && oldest !== undefined) tenant.logs.delete(oldest);
}

/** Who asked for tokens, and the vendor's codes for what came of it. */
export interface Attempt {
  readonly caller: Client;
  readonly succeeded: LogEvent['type'];
  /** By the error of RFC 6749. */
  readonly failed: (error: string) => LogEvent['type'];
  readonly user?: Pick<LogEvent, 'user_id' | 'user_name' | 'connection'>;
}

/** Does the work and enters what came of it into the tenant's log. */
export async function logged<Result>(
  tenant: Tenant,
  { caller, succeeded, failed, user }: Attempt,
  work: () => Promise<Result>,
): Promise<Result> {
  const common = { client_id: caller.client_id, client_name: caller.name, ...user };
  try {
    const result = await work();
    record(tenant, { type: succeeded, ...common });
    return result;
  } catch (error) {
    const body = error instanceof ApiError ? error.body : {};
    const { error: code = '', error_description: description = 'unknown' } = body as {
      readonly error?: string;
      readonly error_description?: string;
    };
    record(tenant, { type: failed(code), description, ...common });
    throw error;
  }
}
