import type { Management } from 'auth0';
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

/**
 * `description`: Pulumi's own SDK writes "Managed by Pulumi" where a program gives none, so the plugin sees that as any
 * other text. A list that is left out is not sent; `[]` is. Left out, `grantTypes` is not even a change.
 */
export const clientArguments: Arguments = {
  name: { kind: 'string', required: true },
  description: {
    kind: 'string',
    refuse: (text) => ((text as string).length > 140 ? 'is longer than 140 characters' : undefined),
  },
  appType: { kind: 'string' },
  grantTypes: { kind: 'list', computed: true },
  callbacks: { kind: 'list' },
};

/** `auth0:index/client:Client`, imported by its client id. */
export function clientHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(clientArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(clientArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const body = { ...settings(inputs), name: String(inputs.name) };
      const created = await tenant().call(`creating client ${body.name}`, (api) => api.clients.create(body));
      return { id: created.client_id ?? '', outputs: outputsOf(created) };
    },
    read: async (old) => {
      const what = `reading client ${old.id}`;
      const found = await tenant().callOrMissing(what, (api) => api.clients.get(old.id));
      if (!found) return undefined;
      const outputs = outputsOf(found);
      return { id: old.id, inputs: inputsFrom(clientArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(clientArguments, news, old);
      const what = `updating client ${old.id}`;
      const changed = await tenant().call(what, (api) => api.clients.update(old.id, settings(news)));
      return outputsOf(changed);
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting client ${old.id}`, (api) => api.clients.delete(old.id));
    },
  };
}

type ClientSettings = Pick<
  Management.UpdateClientRequestContent,
  'name' | 'description' | 'app_type' | 'grant_types' | 'callbacks'
>;

/** Everything the program gives and nothing it leaves out: un-setting is not restoring. */
function settings(inputs: Properties): ClientSettings {
  const { name, description, appType, grantTypes, callbacks } = inputs;
  const given = Object.entries({
    name,
    description,
    app_type: appType,
    grant_types: grantTypes,
    callbacks,
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function outputsOf(client: Management.Client): Properties {
  return {
    clientId: client.client_id,
    name: client.name,
    description: client.description ?? '',
    appType: client.app_type ?? '',
    grantTypes: client.grant_types ?? [],
    callbacks: client.callbacks ?? [],
  };
}
