import { join } from 'node:path';
import { canonical, digest, TeardownError, within } from '../diagnostics/index.ts';
import { type FileSystem, namesIn, writeFailure, writeOnce } from './files.ts';
import { keyIdOf, obtainKey } from './keys.ts';
import { readChain, writeEntry } from './ledger.ts';
import { type Manifest, requireBound } from './manifest.ts';
import { problems } from './problems.ts';
import {
  filesOf,
  ledgerPlace,
  rooms,
  type StoreFiles,
  storeLimit,
  type StoreOptions,
} from './store-files.ts';

/**
 * Makes an empty store for a system: directories, key, first ledger entry, and last `store.json`, which makes it one.
 * A creation that was interrupted is finished by the next. Refuses a directory that is a store already
 * (`evidence-store-exists`) or holds anything else (`evidence-directory-in-use`).
 */
export async function createStore(
  directory: string,
  settings: { readonly system: string; readonly sandbox: boolean },
  options: Pick<StoreOptions, 'fs' | 'now'> = {},
): Promise<void> {
  const files = filesOf(directory, 'write', options);
  await within(storeLimit, `creating the evidence store ${files.directory}`, create(files, settings));
}

async function create(
  files: StoreFiles,
  { system, sandbox }: { readonly system: string; readonly sandbox: boolean },
): Promise<void> {
  const { fs } = files;
  await makeDirectory(fs, files.directory);
  await refuseUsed(files);
  for (const room of rooms) await makeDirectory(fs, join(files.directory, room));
  await refuseRecords(files);
  const keyId = keyIdOf(await obtainKey(files));
  const place = ledgerPlace(files, system);
  const first = (await fs.readdir(place.directory)).includes('00000001.json')
    ? (await readChain(place))[0]
    : undefined;
  const createdAt = first?.time ?? files.now().toISOString();
  const value: Manifest = { version: 1, system, sandbox, createdAt, keyId };
  if (first === undefined) {
    const body = { kind: 'store-created', sandbox, manifest: digest(value) } as const;
    await writeEntry({ ...place, now: () => new Date(createdAt) }, body, undefined);
  }
  const [entry] = await readChain(place);
  requireBound(files, canonical(value), entry);
  const written = await writeOnce(fs, join(files.directory, 'store.json'), canonical(value));
  if (!written) throw exists(files.directory);
}

async function makeDirectory(fs: FileSystem, directory: string): Promise<void> {
  try {
    await fs.mkdir(directory, { recursive: true });
  } catch (error) {
    throw writeFailure(error, directory);
  }
}

async function refuseUsed({ fs, directory }: StoreFiles): Promise<void> {
  const names = await namesIn(fs, directory);
  if (names.includes('store.json')) throw exists(directory);
  const other = names.filter((name) => name !== 'key' && !(rooms as readonly string[]).includes(name));
  if (other.length > 0) throw inUse(directory, other);
}

/** A directory with records and without store.json is a store that lost it, not one whose creation was interrupted. */
async function refuseRecords({ fs, directory }: StoreFiles): Promise<void> {
  for (const room of rooms) {
    const names = await namesIn(fs, join(directory, room));
    const records = names.filter((name) => room !== 'ledger' || name !== '00000001.json');
    if (records.length > 0) throw inUse(join(directory, room), records);
  }
}

function exists(directory: string): TeardownError {
  const detail = `${directory} has a store.json`;
  const hint = 'teardown status';
  return new TeardownError(problems('evidence-store-exists', { detail, hint }));
}

function inUse(directory: string, names: readonly string[]): TeardownError {
  const detail = `${directory} holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`;
  const hint = 'name a new directory as evidenceStore in the inventory';
  return new TeardownError(problems('evidence-directory-in-use', { detail, hint }));
}
