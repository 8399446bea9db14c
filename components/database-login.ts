import postgresql from '@pulumi/postgresql';
import type pulumi from '@pulumi/pulumi';
import { type Expectation } from '../lifecycle/index.ts';
import { adoption, formerOf, type Surroundings } from './closing.ts';

/** How far a database login is closed: as it was, present without the right to log in, or gone. */
export type LoginState = 'former' | 'locked' | 'removed';

export interface AdoptedLogin {
  readonly resources: pulumi.Resource[];
  readonly removed: readonly string[];
  readonly expectations: Expectation[];
}

/** A database login in one of its states (nothing, if the entry has none), with what must be observed of it. Adopted with its full memberships. */
export function databaseLogin(
  parent: pulumi.Resource,
  login: string | undefined,
  state: LoginState,
  { former, inventory }: Pick<Surroundings, 'former' | 'inventory'>,
): AdoptedLogin {
  if (login === undefined) return { resources: [], removed: [], expectations: [] };
  const credentials = inventory.database?.credentials ?? '';
  const target = { kind: 'database-role', name: login, credentials } as const;
  if (state === 'removed') {
    return { resources: [], removed: [`role:${login}`], expectations: [{ target, expect: 'absent' }] };
  }
  const captured = formerOf(former, `role:${login}`);
  const inputs = loginInputs(captured.inputs as unknown as LoginInputs, state);
  const resource = new postgresql.Role(`role:${login}`, inputs, adoption(parent, captured));
  return { resources: [resource], removed: [], expectations: [{ target, expect: { login: inputs.login } }] };
}

export type LoginInputs = postgresql.RoleArgs & { readonly login: boolean };

/** `roles` stays complete: any update of a role grants its memberships anew from this list (facts: providers 2.1). */
export function loginInputs(former: LoginInputs, state: Exclude<LoginState, 'removed'>): LoginInputs {
  return { ...former, login: state === 'former' && former.login };
}
