import {
  auth0ClientInputs,
  auth0ConnectionClientsInputs,
  auth0ConnectionInputs,
} from '../connectors/index.ts';
import type { ConnectionEntry } from '../inventory/index.ts';
import { found, type Findings, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';

const tenant = 'in the Auth0 tenant';

/** A connection, found by its name, and the clients that may log in through it; of a shared one these alone. */
export async function captureConnection(
  { name, ownership }: ConnectionEntry,
  live: LiveCrm,
): Promise<Findings> {
  const connection = await live.connection(name);
  if (connection === undefined) return missing(`connection ${name}`, tenant);
  const importId = connection.id;
  return found({
    ...(ownership === 'exclusive' && {
      [`connection:${name}`]: {
        type: 'auth0:index/connection:Connection',
        importId,
        inputs: auth0ConnectionInputs(connection),
      },
    }),
    [`connection-clients:${name}`]: {
      type: 'auth0:index/connectionClients:ConnectionClients',
      importId,
      inputs: auth0ConnectionClientsInputs(connection),
    },
  });
}

/** An application, found by its name. */
export async function captureClient(name: string, live: LiveCrm): Promise<Findings> {
  const client = await live.client(name);
  if (client === undefined) return missing(`client ${name}`, tenant);
  const type = 'auth0:index/client:Client';
  return found({ [`client:${name}`]: { type, importId: client.id, inputs: auth0ClientInputs(client) } });
}
