import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyTenant, type Tenant } from './tenant.ts';

/** A tenant with its snapshot file. `changed` after every change; `flush` waits until all of it is on disk. */
export interface Store {
  readonly tenant: Tenant;
  changed(): void;
  flush(): Promise<void>;
}

type Kind = keyof Tenant;
type Entries = { readonly [K in Kind]?: readonly (Tenant[K] extends Map<string, infer One> ? One : never)[] };
type Snapshot = Entries & { readonly version: 1 };

const kinds = Object.keys(emptyTenant()) as readonly Kind[];

/** The key of an entry in its map. */
const keyOf: Readonly<Record<Kind, string>> = {
  clients: 'client_id',
  connections: 'id',
  users: 'user_id',
  refreshTokens: 'token',
  resourceServers: 'id',
  clientGrants: 'id',
  roles: 'id',
  actions: 'id',
  bindings: 'trigger',
  sessions: 'id',
};

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
  for (const kind of kinds) {
    const entries = tenant[kind] as Map<string, unknown>;
    const kept = (snapshot[kind] ?? []) as unknown as readonly Readonly<Record<string, unknown>>[];
    for (const entry of kept) entries.set(String(entry[keyOf[kind]]), entry);
  }
  return tenant;
}

async function write(file: string, tenant: Tenant): Promise<void> {
  const entries = kinds.map((kind) => [kind, [...tenant[kind].values()]] as const);
  const snapshot = { version: 1, ...Object.fromEntries(entries) };
  await writeFile(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
