import { createContext, Script } from 'node:vm';
import { milliseconds, within } from '../../diagnostics/index.ts';
import { oauthError } from './errors.ts';
import type { Client, Tenant, Trigger, User } from './tenant.ts';

const handlers: Readonly<Record<Trigger, string>> = {
  'post-login': 'onExecutePostLogin',
  'credentials-exchange': 'onExecuteCredentialsExchange',
};

/**
 * Runs the deployed code of a trigger's actions, in their order, with the part of the vendor's `event` that is modelled: client,
 * user, connection and the names of the user's roles. `api.access.deny` refuses the token; so does code that fails. `node:vm`
 * is no security boundary: the code is the sandbox's own.
 */
export async function runActions(
  tenant: Tenant,
  trigger: Trigger,
  client: Client,
  user?: User,
): Promise<void> {
  for (const { id } of tenant.bindings.get(trigger)?.actions ?? []) {
    const code = tenant.actions.get(id)?.deployed;
    if (code !== undefined) await runOne(code, trigger, eventOf(tenant, client, user));
  }
}

function eventOf(tenant: Tenant, { client_id, name }: Client, user: User | undefined): unknown {
  const client = { client_id, name };
  if (!user) return { client };
  const { user_id, email, connection } = user;
  const roles = [...tenant.roles.values()].filter((role) => role.members.includes(user_id));
  return {
    client,
    user: { user_id, email },
    connection: { name: connection },
    authorization: { roles: roles.map((role) => role.name) },
  };
}

async function runOne(code: string, trigger: Trigger, event: unknown): Promise<void> {
  let denied: string | undefined;
  const api = {
    access: {
      deny: (...reasons: readonly string[]) => {
        denied = reasons.at(-1) ?? 'denied';
      },
    },
  };
  const exported: Readonly<Record<string, unknown>> = {};
  try {
    const timeout = milliseconds('1 second');
    new Script(code).runInContext(createContext({ exports: exported }), { timeout });
    const handler = exported[handlers[trigger]];
    if (typeof handler !== 'function') throw new TypeError(`it exports no ${handlers[trigger]}`);
    const running = Promise.resolve((handler as (...given: readonly unknown[]) => unknown)(event, api));
    await within('5 seconds', `an action of ${trigger}`, running);
  } catch {
    throw oauthError(400, 'invalid_request', 'an action failed');
  }
  if (denied !== undefined) throw oauthError(403, 'access_denied', denied);
}
