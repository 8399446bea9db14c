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

const resourceServerArguments: Arguments = {
  identifier: { kind: 'string', required: true, replaces: true },
  name: { kind: 'string', computed: true },
  tokenLifetime: { kind: 'number', computed: true },
  allowOfflineAccess: { kind: 'boolean', computed: true },
  skipConsentForVerifiableFirstPartyClients: { kind: 'boolean', computed: true },
};

/** `auth0:index/resourceServer:ResourceServer`, imported by its id. Its scopes are another resource's and stay as they are. */
export function resourceServerHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(resourceServerArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(resourceServerArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const identifier = String(inputs.identifier);
      const made = await tenant().call(`creating API ${identifier}`, (api) =>
        api.resourceServers.create({ ...settings(inputs), identifier }),
      );
      return { id: made.id ?? '', outputs: outputsOf(made) };
    },
    read: async (old) => {
      const found = await tenant().callOrMissing(`reading API ${old.id}`, (api) =>
        api.resourceServers.get(old.id),
      );
      if (!found) return undefined;
      const outputs = outputsOf(found);
      return { id: old.id, inputs: inputsFrom(resourceServerArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(resourceServerArguments, news, old);
      const changed = await tenant().call(`updating API ${old.id}`, (api) =>
        api.resourceServers.update(old.id, settings(news)),
      );
      return outputsOf(changed);
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting API ${old.id}`, (api) => api.resourceServers.delete(old.id));
    },
  };
}

function settings(inputs: Properties): Management.UpdateResourceServerRequestContent {
  const given = Object.entries({
    name: inputs.name,
    token_lifetime: inputs.tokenLifetime,
    allow_offline_access: inputs.allowOfflineAccess,
    skip_consent_for_verifiable_first_party_clients: inputs.skipConsentForVerifiableFirstPartyClients,
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function outputsOf(server: Management.GetResourceServerResponseContent): Properties {
  return {
    identifier: server.identifier,
    name: server.name,
    tokenLifetime: server.token_lifetime,
    allowOfflineAccess: server.allow_offline_access === true,
    skipConsentForVerifiableFirstPartyClients:
      server.skip_consent_for_verifiable_first_party_clients === true,
  };
}
