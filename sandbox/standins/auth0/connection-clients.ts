import { isDeepStrictEqual } from 'node:util';
import { TeardownError } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { problems } from '../problems.ts';
import type { Tenant } from './tenant.ts';

export const connectionClientsArguments: Arguments = {
  connectionId: { kind: 'string', required: true, replaces: true },
  enabledClients: { kind: 'set', required: true },
};

/**
 * `auth0:index/connectionClients:ConnectionClients`, imported by its connection id. As the real one: create refuses a
 * connection that has clients already; update and delete touch only the clients in state, in one call however many.
 */
export function connectionClientsHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(connectionClientsArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(connectionClientsArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const id = String(inputs.connectionId);
      const wanted = ids(inputs);
      refuseOthers(id, wanted, ids(await existing(tenant(), id)));
      await set(tenant(), id, wanted, []);
      return { id, outputs: await existing(tenant(), id) };
    },
    read: async (old) => {
      const outputs = await outputsOf(tenant(), old.id);
      if (!outputs) return undefined;
      return { id: old.id, inputs: inputsFrom(connectionClientsArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(connectionClientsArguments, news, old);
      const [wanted, known] = [ids(news), ids(old.outputs)];
      const added = wanted.filter((client) => !known.includes(client));
      const removed = known.filter((client) => !wanted.includes(client));
      await set(tenant(), old.id, added, removed);
      return existing(tenant(), old.id);
    },
    delete: async (old) => {
      const known = ids(old.outputs);
      if (known.length === 0) return;
      const off = known.map((client_id) => ({ client_id, status: false }));
      await tenant().callOrMissing(`disabling connection ${old.id}`, (api) =>
        api.connections.clients.update(old.id, off),
      );
    },
  };
}

function ids(properties: Properties): readonly string[] {
  return properties.enabledClients as readonly string[];
}

/** The real provider compares the lists as they come, order included. */
function refuseOthers(id: string, wanted: readonly string[], there: readonly string[]): void {
  if (there.length === 0 || isDeepStrictEqual(wanted, there)) return;
  const detail = `connection ${id} already has enabled clients: ${there.join(', ')}`;
  throw new TeardownError(
    problems('standin-refused', { detail, hint: `import it instead, by the id ${id}` }),
  );
}

async function set(
  tenant: Tenant,
  id: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<void> {
  const changes = [
    ...added.map((client_id) => ({ client_id, status: true })),
    ...removed.map((client_id) => ({ client_id, status: false })),
  ];
  if (changes.length === 0) return;
  await tenant.call(`setting the clients of connection ${id}`, (api) =>
    api.connections.clients.update(id, changes),
  );
}

async function existing(tenant: Tenant, id: string): Promise<Properties> {
  const outputs = await outputsOf(tenant, id);
  if (outputs) return outputs;
  const detail = `connection ${id} does not exist`;
  throw new TeardownError(problems('standin-call-failed', { detail, hint: 'check connectionId' }));
}

function outputsOf(tenant: Tenant, id: string): Promise<Properties | undefined> {
  return tenant.callOrMissing(`reading the clients of connection ${id}`, async (api) => {
    const { name, strategy } = await api.connections.get(id);
    const enabledClients: string[] = [];
    for await (const { client_id } of await api.connections.clients.get(id)) enabledClients.push(client_id);
    return { connectionId: id, name, strategy, enabledClients };
  });
}
