import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import { denialName, type Inventory } from '../inventory/index.ts';
import type { Creation, Expectation, LiveTarget, Posture } from '../lifecycle/index.ts';
import { TriggerBinding } from '../sdk/index.ts';
import { crmClientIds } from './auth0-client.ts';
import { Closing, creation, type Surroundings } from './closing.ts';

const resourceName = 'login-denial';

/**
 * Refuses log-ins through the CRM's clients and no others: an action of the tenant, bound before all that are there. It is taken
 * out of the list again before it is deleted.
 */
export class LoginDenial extends Closing {
  constructor(
    name: string,
    { inventory, former, posture, made }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('LoginDenial', name, opts);
    const action = denialName(inventory);
    const trigger = 'post-login';
    const bound = isDenied(posture);
    if (bound) {
      const code = codeFor({ inventory, former, posture });
      const supportedTriggers = { id: trigger, version: 'v3' };
      const settings = { name: action, code, runtime: 'node22', deploy: true, supportedTriggers };
      this.resources.push(new auth0.Action(resourceName, settings, creation(this, made, resourceName)));
      this.#expect({ kind: 'auth0-action', name: action }, { trigger, deployed: true, code });
    } else this.#expect({ kind: 'auth0-action', name: action }, 'absent');
    const after = { parent: this, dependsOn: [...this.resources] };
    this.resources.push(new TriggerBinding('login-denial-binding', { trigger, action, bound }, after));
    this.#expect({ kind: 'auth0-binding', trigger, action }, bound ? { bound } : 'absent');
    this.registerOutputs({});
  }

  #expect(target: LiveTarget, expect: Expectation['expect']): void {
    this.expectations.push({ target, expect });
  }
}

/** What it makes: a tenant has one action of a name. */
export function denialActions(args: Surroundings): readonly Creation[] {
  if (!isDenied(args.posture)) return [];
  const target = { kind: 'auth0-action', name: denialName(args.inventory) } as const;
  return [{ name: resourceName, target, expect: { trigger: 'post-login', code: codeFor(args) } }];
}

function codeFor({ inventory, former, posture }: Omit<Surroundings, 'made' | 'attempt'>): string {
  return denialCode(crmClientIds({ inventory, former }), exemptions(inventory, posture));
}

export function isDenied({ accounts, identities }: Posture): boolean {
  return accounts === 'locked' && identities !== 'removed';
}

/** Who may still log in through the CRM's clients: a break-glass user, and administrators until they are locked. */
export interface Exemptions {
  readonly user?: string | undefined;
  /** Names of Auth0 roles. */
  readonly roles: readonly string[];
}

export function exemptions(
  { breakGlass, operators }: Pick<Inventory, 'breakGlass' | 'operators'>,
  { admins }: Pick<Posture, 'admins'>,
): Exemptions {
  const roles = operators.flatMap(({ auth0Role }) => auth0Role ?? []);
  return { user: breakGlass.auth0, roles: admins === 'locked' ? [] : roles };
}

/** The code of the action: same clients and exemptions, same bytes. Clients are given by their id. */
export function denialCode(clients: readonly string[], { user, roles }: Exemptions): string {
  return [
    `const clients = ${JSON.stringify(clients.toSorted())};`,
    `const user = ${JSON.stringify(user ?? null)};`,
    `const roles = ${JSON.stringify(roles.toSorted())};`,
    '',
    'exports.onExecutePostLogin = async (event, api) => {',
    '  if (!clients.includes(event.client.client_id)) return;',
    '  if (user !== null && event.user.user_id === user) return;',
    '  const held = (event.authorization && event.authorization.roles) || [];',
    '  if (held.some((role) => roles.includes(role))) return;',
    "  api.access.deny('This system is being retired.');",
    '};',
    '',
  ].join('\n');
}
