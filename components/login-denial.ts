import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import { denialName, type Inventory } from '../inventory/index.ts';
import { type Expectation, type Posture } from '../lifecycle/index.ts';
import { crmClientIds } from './auth0-client.ts';
import { adoption, type Closing, formerOf, type Surroundings } from './closing.ts';

/**
 * Refuses log-ins through the CRM's clients and no others: an action of the tenant, bound before all that were there. The list of
 * the trigger is written as a whole in both directions, and returns to what it was before the action is deleted.
 */
export class LoginDenial extends pulumi.ComponentResource implements Closing {
  readonly resources: pulumi.Resource[] = [];
  readonly removed = [];
  readonly guarded = [];
  readonly expectations: Expectation[] = [];

  constructor(
    name: string,
    { inventory, former, posture }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:LoginDenial', name, {}, opts);
    const captured = formerOf(former, 'trigger-actions:post-login');
    const before = captured.inputs.actions as unknown as readonly BoundAction[];
    const clients = crmClientIds({ inventory, former });
    const title = denialName(inventory);
    const target = { kind: 'auth0-action', name: title } as const;
    const ours: pulumi.Input<BoundAction>[] = [];
    if (isDenied(posture)) {
      const code = denialCode(clients, exemptions(inventory, posture));
      const supportedTriggers = { id: 'post-login', version: 'v3' };
      const settings = { name: title, code, runtime: 'node22', deploy: true, supportedTriggers };
      const action = new auth0.Action('login-denial', settings, { parent: this });
      this.resources.push(action);
      ours.push({ id: action.id, displayName: title } as unknown as pulumi.Input<BoundAction>);
      this.expectations.push({ target, expect: { trigger: 'post-login', deployed: true, code } });
    } else this.expectations.push({ target, expect: 'absent' });
    const options = { ...adoption(this, captured), retainOnDelete: true };
    const list = { trigger: 'post-login', actions: [...ours, ...before] };
    this.resources.push(new auth0.TriggerActions('trigger-actions:post-login', list, options));
    const actions = [...(isDenied(posture) ? [title] : []), ...before.map(({ displayName }) => displayName)];
    this.expectations.push({ target: { kind: 'auth0-trigger', trigger: 'post-login' }, expect: { actions } });
    this.registerOutputs({});
  }
}

interface BoundAction {
  readonly id: string;
  readonly displayName: string;
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
