import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Client,
  type Connection,
  emptyTenant,
  type RefreshToken,
  type Tenant,
  type User,
} from './tenant.ts';

/** A tenant with its snapshot file. `changed` after every change; `flush` waits until all of it is on disk. */
export interface Store {
  readonly tenant: Tenant;
  changed(): void;
  flush(): Promise<void>;
}

interface Snapshot {
  readonly version: 1;
  readonly clients: readonly Client[];
  readonly connections: readonly Connection[];
  readonly users: readonly User[];
  readonly refreshTokens: readonly RefreshToken[];
}

/** Opens `tenant.json` in the data directory, or starts empty. A file that does not parse is an error. */
export async function openStore(directory: string): Promise<Store> {
  const file = join(directory, 'tenant.json');
  const tenant = await load(file);
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const save = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(() => write(file, tenant));
    return writing;
  };
  return {
    tenant,
    changed() {
      timer ??= setTimeout(() => void save(), 50);
    },
    flush: () => (timer === undefined ? writing : save()),
  };
}

async function load(file: string): Promise<Tenant> {
  const tenant = emptyTenant();
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return tenant;
  const snapshot = JSON.parse(text) as Snapshot;
  for (const client of snapshot.clients) tenant.clients.set(client.client_id, client);
  for (const connection of snapshot.connections) tenant.connections.set(connection.id, connection);
  for (const user of snapshot.users) tenant.users.set(user.user_id, user);
  for (const token of snapshot.refreshTokens) tenant.refreshTokens.set(token.token, token);
  return tenant;
}

async function write(file: string, tenant: Tenant): Promise<void> {
  const snapshot: Snapshot = {
    version: 1,
    clients: [...tenant.clients.values()],
    connections: [...tenant.connections.values()],
    users: [...tenant.users.values()],
    refreshTokens: [...tenant.refreshTokens.values()],
  };
  await writeFile(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
