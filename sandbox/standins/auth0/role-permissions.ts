import type { Management } from 'auth0';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import type { Tenant } from './tenant.ts';

const rolePermissionsArguments: Arguments = {
  roleId: { kind: 'string', required: true, replaces: true },
  permissions: { kind: 'mapSet', required: true },
};

interface Permission {
  readonly name: string;
  readonly resourceServerIdentifier: string;
}

/**
 * `auth0:index/rolePermissions:RolePermissions`, imported by the role's id. Create adds and takes nothing away, so one with `[]`
 * does nothing; update and delete take away what state knows.
 */
export function rolePermissionsHandler(tenant: () => Tenant): ResourceHandler {
  const change = async (
    role: string,
    added: readonly Permission[],
    removed: readonly Permission[],
  ): Promise<void> => {
    if (removed.length > 0) {
      await tenant().callOrMissing(`taking permissions of role ${role}`, (api) =>
        api.roles.permissions.delete(role, { permissions: removed.map(named) }),
      );
    }
    if (added.length === 0) return;
    await tenant().call(`giving permissions to role ${role}`, (api) =>
      api.roles.permissions.add(role, { permissions: added.map(named) }),
    );
  };
  return {
    check: (news) => Promise.resolve(checkArguments(rolePermissionsArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(rolePermissionsArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const id = String(inputs.roleId);
      await change(id, permissionsOf(inputs), []);
      return { id, outputs: inputs };
    },
    read: async (old) => {
      const permissions = await tenant().callOrMissing(`reading permissions of role ${old.id}`, (api) =>
        listed(api.roles.permissions.list(old.id, { per_page: 100 })),
      );
      if (!permissions) return undefined;
      const outputs = { roleId: old.id, permissions };
      const inputs = isImport(old) ? outputs : inputsFrom(rolePermissionsArguments, outputs, old);
      return { id: old.id, inputs, outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(rolePermissionsArguments, news, old);
      const [wanted, known] = [permissionsOf(news), permissionsOf(old.outputs)];
      const others = (all: readonly Permission[]) => (one: Permission) =>
        !all.some((each) => keyOf(each) === keyOf(one));
      await change(old.id, wanted.filter(others(known)), known.filter(others(wanted)));
      return { roleId: old.id, permissions: wanted };
    },
    delete: (old) => change(old.id, [], permissionsOf(old.outputs)),
  };
}

type Listing = AsyncIterable<{
  readonly permission_name?: string | undefined;
  readonly resource_server_identifier?: string | undefined;
}>;

async function listed(asking: PromiseLike<Listing>): Promise<readonly Permission[]> {
  const found: Permission[] = [];
  for await (const one of await asking) {
    const { permission_name: name = '', resource_server_identifier: resourceServerIdentifier = '' } = one;
    found.push({ name, resourceServerIdentifier });
  }
  return found;
}

function permissionsOf(properties: Properties): readonly Permission[] {
  return properties.permissions as readonly Permission[];
}

function keyOf({ name, resourceServerIdentifier }: Permission): string {
  return `${resourceServerIdentifier} ${name}`;
}

function named({ name, resourceServerIdentifier }: Permission): Management.PermissionRequestPayload {
  return { permission_name: name, resource_server_identifier: resourceServerIdentifier };
}
