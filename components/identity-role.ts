import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import type { Inventory } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { adoption, Closing, formerOf, type Surroundings } from './closing.ts';
import { allowedScopes } from './scopes.ts';

/** An Auth0 role of the CRM and its permissions in the CRM's API; removed with the identities. */
export class IdentityRole extends Closing {
  constructor(
    name: string,
    { inventory, former, posture }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('IdentityRole', name, opts);
    const names = [`auth0-role:${name}`, `role-permissions:${name}`] as const;
    const [role, held] = [formerOf(former, names[0]), formerOf(former, names[1])];
    const target = { kind: 'auth0-role', id: role.importId ?? '' } as const;
    if (posture.identities === 'removed') {
      this.removed.push(...names);
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const inputs = rolePermissionsInputs(
        held.inputs as unknown as RolePermissionsInputs,
        posture,
        inventory,
      );
      const adopted = new auth0.Role(
        names[0],
        role.inputs,
        adoption(this, role, posture.protection === 'held'),
      );
      const options = { ...adoption(this, held), dependsOn: adopted, deletedWith: adopted };
      this.resources.push(adopted, new auth0.RolePermissions(names[1], inputs, options));
      const permissions = inputs.permissions.map(
        (permission) => `${permission.resourceServerIdentifier} ${permission.name}`,
      );
      this.expectations.push({ target, expect: { permissions: permissions.sort() } });
    }
    this.registerOutputs({});
  }
}

export interface RolePermissionsInputs {
  readonly roleId: string;
  readonly permissions: { readonly name: string; readonly resourceServerIdentifier: string }[];
}

/** Permissions in other APIs are not the CRM's and stay. */
export function rolePermissionsInputs(
  former: RolePermissionsInputs,
  posture: Posture,
  inventory: Pick<Inventory, 'modules' | 'dataClasses' | 'identity'>,
): RolePermissionsInputs {
  const api = inventory.identity?.api?.identifier;
  const ours = former.permissions.filter(({ resourceServerIdentifier }) => resourceServerIdentifier === api);
  const allowed = allowedScopes(
    ours.map(({ name }) => name),
    posture,
    inventory,
  );
  const permissions = former.permissions.filter(
    ({ name, resourceServerIdentifier }) => resourceServerIdentifier !== api || allowed.includes(name),
  );
  return { ...former, permissions };
}
