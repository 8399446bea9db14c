import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import type { Tenant } from './tenant.ts';

/** `description`: Pulumi's own SDK writes "Managed by Pulumi" where a program gives none. */
const roleArguments: Arguments = {
  name: { kind: 'string', required: true },
  description: { kind: 'string' },
};

/** `auth0:index/role:Role`, imported by its id. Its permissions and members are not its own and go with it. */
export function roleHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(roleArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(roleArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const body = { ...settings(inputs), name: String(inputs.name) };
      const made = await tenant().call(`creating role ${body.name}`, (api) => api.roles.create(body));
      return { id: made.id ?? '', outputs: outputsOf(made) };
    },
    read: async (old) => {
      const found = await tenant().callOrMissing(`reading role ${old.id}`, (api) => api.roles.get(old.id));
      if (!found) return undefined;
      const outputs = outputsOf(found);
      return { id: old.id, inputs: inputsFrom(roleArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(roleArguments, news, old);
      const changed = await tenant().call(`updating role ${old.id}`, (api) =>
        api.roles.update(old.id, settings(news)),
      );
      return outputsOf(changed);
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting role ${old.id}`, (api) => api.roles.delete(old.id));
    },
  };
}

function settings({ name, description }: Properties): { name?: string; description?: string } {
  return {
    ...(name !== undefined && { name: name as string }),
    ...(description !== undefined && { description: description as string }),
  };
}

function outputsOf(role: { readonly name?: string | undefined; readonly description?: string | undefined }) {
  return { name: role.name, description: role.description ?? '' } satisfies Properties;
}
