import postgresql from '@pulumi/postgresql';
import type pulumi from '@pulumi/pulumi';
import type { Posture } from '../lifecycle/index.ts';
import { type Adopted, adoption, formerOf, nothing, type Surroundings } from './closing.ts';

/** How far a database login is closed: as it was, present without the right to log in, or gone. */
export type LoginState = 'former' | 'locked' | 'removed';

/**
 * A database login in one of its states (nothing, if the entry has none), with what must be observed of it. The resource keeps it and
 * in the end removes it; whether it may log in and what it is a member of is set by DatabaseAccess alone: any update of a role
 * would grant all its former memberships anew (sandbox/standins/README.md).
 */
export function databaseLogin(
  parent: pulumi.Resource,
  login: string | undefined,
  state: LoginState,
  { former, inventory }: Pick<Surroundings, 'former' | 'inventory'>,
): Adopted {
  if (login === undefined) return nothing;
  const credentials = inventory.database?.credentials ?? '';
  const target = { kind: 'database-role', name: login, credentials } as const;
  if (state === 'removed') {
    return { resources: [], removed: [`role:${login}`], expectations: [{ target, expect: 'absent' }] };
  }
  const captured = formerOf(former, `role:${login}`);
  const inputs = captured.inputs as unknown as postgresql.RoleArgs;
  const options = {
    ...adoption(parent, captured),
    ignoreChanges: ['login', 'superuser', 'createRole', 'roles'],
  };
  const resource = new postgresql.Role(`role:${login}`, inputs, options);
  const expect = { login: state === 'former' && inputs.login === true };
  return { resources: [resource], removed: [], expectations: [{ target, expect }] };
}

/** People with a login of their own are locked with the accounts. */
export function populationLogin({ accounts, identities }: Posture): LoginState {
  if (identities === 'removed') return 'removed';
  return accounts === 'locked' ? 'locked' : 'former';
}

export function peerLogin({ integrations }: Posture): LoginState {
  return ({ connected: 'former', cut: 'locked', removed: 'removed' } as const)[integrations];
}

export function serviceLogin({ services }: Posture): LoginState {
  return ({ running: 'former', stopped: 'locked', removed: 'removed' } as const)[services];
}

/** Administrators come last. */
export function operatorLogin({ admins, identities }: Posture): LoginState {
  if (identities === 'removed') return 'removed';
  return admins === 'locked' ? 'locked' : 'former';
}
