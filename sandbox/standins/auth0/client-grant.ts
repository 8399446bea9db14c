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

const clientGrantArguments: Arguments = {
  clientId: { kind: 'string', required: true, replaces: true },
  audience: { kind: 'string', required: true, replaces: true },
  scopes: { kind: 'list', required: true },
};

/**
 * `auth0:index/clientGrant:ClientGrant`, imported by its id. Create adopts a grant of the same client and audience and
 * writes no scopes: state says what the program wanted, the tenant what it was.
 */
export function clientGrantHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(clientGrantArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(clientGrantArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const [client_id, audience] = [String(inputs.clientId), String(inputs.audience)];
      const found = await tenant().call(`looking for a grant of ${client_id}`, (api) =>
        api.clientGrants.list({ client_id, audience }),
      );
      const [existing] = found.data;
      if (existing?.id !== undefined) return { id: existing.id, outputs: inputs };
      const scope = inputs.scopes as string[];
      const made = await tenant().call(`creating a grant of ${client_id}`, (api) =>
        api.clientGrants.create({ client_id, audience, scope }),
      );
      return { id: made.id ?? '', outputs: outputsOf(made) };
    },
    read: async (old) => {
      const found = await tenant().callOrMissing(`reading client grant ${old.id}`, (api) =>
        api.clientGrants.get(old.id),
      );
      if (!found) return undefined;
      const outputs = outputsOf(found);
      return { id: old.id, inputs: inputsFrom(clientGrantArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(clientGrantArguments, news, old);
      const changed = await tenant().call(`updating client grant ${old.id}`, (api) =>
        api.clientGrants.update(old.id, { scope: news.scopes as string[] }),
      );
      return outputsOf(changed);
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting client grant ${old.id}`, (api) =>
        api.clientGrants.delete(old.id),
      );
    },
  };
}

function outputsOf({ client_id, audience, scope }: Management.GetClientGrantResponseContent): Properties {
  return { clientId: client_id, audience, scopes: scope ?? [] };
}
