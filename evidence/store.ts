import { join, resolve } from 'node:path';
import { z } from 'zod';
import { canonical, digest, type Duration, TeardownError, within } from '../diagnostics/index.ts';
import { type LedgerEntry, moment, type NewEntry, sha256, text } from './entries.ts';
import {
  type FileSystem,
  namesIn,
  partialIn,
  readIfThere,
  realFileSystem,
  writeFailure,
  writeOnce,
  writePartial,
} from './files.ts';
import { hashName, keyIdOf, obtainKey, openName, ownKey, sealName } from './keys.ts';
import { appendEntry, type Head, type LedgerPlace, readChain, writeEntry } from './ledger.ts';
import { type LedgerView, viewOf } from './position.ts';
import { problems } from './problems.ts';
import { readStatement, type Statement, verifyStatements, writeStatement } from './statements.ts';

/**
 * The evidence of one system, in a directory outside everything the teardown deletes.
 *
 * **Write-once, and what that means here.** A directory cannot keep its owner from changing a file. This code never
 * overwrites one: a file is written under a temporary name and linked to its final one, which fails if the name is
 * taken; then it is read-only. Whoever goes round that is *found out, not stopped*: a changed, missing, moved or
 * added entry breaks the ledger's chain, a changed attestation no longer has the digest it is named by, store.json is
 * bound to the first entry. Entries missing at the end, or a ledger written wholly anew, are seen only beside the
 * second witness, the head in the engine's state (`verifyHead`). A store that prevents is one with Object Lock.
 *
 * Layout: `store.json`, `key` (owner only), `ledger/00000001.json`..., `attestations/<sha256>.json`,
 * `names/<keyed hash>.json` (encrypted), `lock.json` while somebody works. `.partial-*` files are what a crash left
 * behind: harmless, never read, may be removed.
 *
 * All methods throw TeardownError with exit `evidence`, and TimedOut after a named limit.
 */
export interface EvidenceStore {
  /** Absolute path. */
  readonly directory: string;
  readonly system: string;
  /** True if `sandbox up` created it: conditions without a proof yet pass in such a store only. */
  readonly sandbox: boolean;
  /** Reads and verifies ledger and attestations as they are now. */
  ledger(): Promise<LedgerView>;
  /**
   * Enters something at the end of the ledger, atomically. With `after`, only if that is still the ledger's head:
   * what was judged on one state of the ledger is then never entered after another (`ledger-moved-on`).
   */
  append(entry: NewEntry, after?: Head): Promise<LedgerEntry>;
  /** Stores a statement; returns its SHA-256, which is its name. */
  attest(value: Statement): Promise<string>;
  attestation(hash: string): Promise<Statement>;
  /** Remembers the name of a principal, encrypted, and returns the keyed hash that stands for it everywhere else. */
  rememberName(name: string): Promise<string>;
  /** The name behind a keyed hash; undefined if it was never remembered here. */
  nameOf(hash: string): Promise<string | undefined>;
  /** For this room only: what the lock works with. */
  readonly files: StoreFiles;
}

/** `read` for previews and status: writes nothing at all. `write` also tries, once, that the store can be written. */
export type StoreMode = 'read' | 'write';

export interface StoreFiles {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly mode: StoreMode;
  readonly now: () => Date;
}

export interface StoreOptions {
  /** The system that the caller works on; another one's store is refused. */
  readonly system?: string;
  /** @default 'write' */
  readonly mode?: StoreMode;
  readonly fs?: FileSystem;
  readonly now?: () => Date;
}

const storeLimit: Duration = '60 seconds';

const manifest = z.strictObject({
  version: z.literal(1),
  system: text,
  sandbox: z.boolean(),
  createdAt: moment,
  keyId: sha256,
});
type Manifest = z.infer<typeof manifest>;

const rooms = ['attestations', 'ledger', 'names'] as const;

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

/**
 * Opens a store. Each of these is an error of its own: no such directory, not a store, another system's, damaged,
 * not readable; and, opened for writing, read-only or full.
 */
export async function openStore(directory: string, options: StoreOptions = {}): Promise<EvidenceStore> {
  const files = filesOf(directory, options.mode ?? 'write', options);
  return within(storeLimit, `opening the evidence store ${files.directory}`, open(files, options.system));
}

async function open(files: StoreFiles, wanted: string | undefined): Promise<EvidenceStore> {
  const value = await readManifest(files);
  if (wanted !== undefined && value.system !== wanted) {
    const detail = `${files.directory} is the store of "${value.system}", not of "${wanted}"`;
    const hint = 'correct evidenceStore in the inventory';
    throw new TeardownError(problems('evidence-other-system', { detail, hint }));
  }
  const [first] = await readChain(ledgerPlace(files, value.system));
  requireBound(files, canonical(value), first);
  if (files.mode === 'write') await probe(files);
  return storeOf(files, value);
}

async function readManifest({ fs, directory }: StoreFiles): Promise<Manifest> {
  await namesIn(fs, directory);
  const path = join(directory, 'store.json');
  const bytes = await readIfThere(fs, path);
  if (bytes === undefined) {
    const detail = `${directory} has no store.json`;
    const hint = 'correct evidenceStore in the inventory, or restore store.json from its backup';
    throw new TeardownError(problems('evidence-not-a-store', { detail, hint }));
  }
  try {
    const content = Buffer.from(bytes).toString('utf8');
    const value = manifest.parse(JSON.parse(content));
    if (canonical(value) === content) return value;
  } catch {
    // The answer is the same for whatever is wrong with it.
  }
  throw changed(path, 'it is not what this tool wrote');
}

/** The first entry holds the digest of store.json. */
function requireBound(files: StoreFiles, content: string, first: LedgerEntry | undefined): void {
  const path = join(files.directory, 'store.json');
  if (first?.body.kind === 'store-created' && first.body.manifest === digest(Buffer.from(content))) return;
  throw changed(path, 'it does not agree with the first entry of the ledger');
}

function changed(path: string, what: string): TeardownError {
  const hint = `restore ${path} from its backup`;
  return new TeardownError(problems('evidence-store-damaged', { detail: `${path}: ${what}`, hint }));
}

async function probe({ fs, directory }: StoreFiles): Promise<void> {
  for (const room of ['.', ...rooms]) {
    const partial = partialIn(join(directory, room));
    try {
      await writePartial(fs, partial, 'can this store be written?', 0o600);
    } catch (error) {
      throw writeFailure(error, partial);
    } finally {
      await fs.unlink(partial).catch(() => undefined);
    }
  }
}

function storeOf(files: StoreFiles, { system, sandbox, keyId }: Manifest): EvidenceStore {
  const { directory, fs } = files;
  const ledger = ledgerPlace(files, system);
  const attestations = { fs, directory: join(directory, 'attestations') };
  const reading = <T>(what: string, work: Promise<T>) => within(storeLimit, `${what} in ${directory}`, work);
  const writing = async <T>(what: string, work: () => Promise<T>) => {
    requireWritable(files, what);
    return within(storeLimit, `${what} in ${directory}`, work());
  };
  return {
    directory,
    system,
    sandbox,
    files,
    ledger: () => reading('reading the ledger', readView(ledger, attestations)),
    append: (entry, after) => writing('entering into the ledger', () => appendEntry(ledger, entry, after)),
    attest: (value) => writing('storing an attestation', () => writeStatement(attestations, value)),
    attestation: (hash) => reading('reading an attestation', readStatement(attestations, hash)),
    rememberName: (name) => writing('storing a name', () => rememberName(files, keyId, name)),
    nameOf: (hash) => reading('reading a name', nameOf(files, keyId, hash)),
  };
}

async function readView(
  ledger: LedgerPlace,
  attestations: { readonly fs: FileSystem; readonly directory: string },
): Promise<LedgerView> {
  const [first, ...rest] = await readChain(ledger);
  if (first === undefined) throw new Error('a verified chain has a first entry');
  await verifyStatements(attestations, rest);
  return viewOf(ledger.directory, [first, ...rest]);
}

async function rememberName(files: StoreFiles, keyId: string, name: string): Promise<string> {
  const key = await ownKey(files, keyId);
  const hash = hashName(key, name);
  await writeOnce(files.fs, namePath(files, hash), sealName(key, name));
  return hash;
}

async function nameOf(files: StoreFiles, keyId: string, hash: string): Promise<string | undefined> {
  const path = namePath(files, hash);
  const bytes = await readIfThere(files.fs, path);
  return bytes && openName(await ownKey(files, keyId), hash, bytes, path);
}

function namePath(files: StoreFiles, hash: string): string {
  return join(files.directory, 'names', `${hash}.json`);
}

/** Throws if the store was opened for reading: a preview that writes is a fault of ours. */
export function requireWritable({ mode, directory }: StoreFiles, what: string): void {
  if (mode === 'write') return;
  const detail = `${what} in ${directory}`;
  throw new TeardownError(problems('evidence-opened-for-reading', { detail, hint: 'report this as a bug' }));
}

function ledgerPlace({ fs, directory, now }: StoreFiles, system: string): LedgerPlace {
  return { fs, directory: join(directory, 'ledger'), system, now };
}

function filesOf(
  directory: string,
  mode: StoreMode,
  { fs = realFileSystem, now = () => new Date() }: Pick<StoreOptions, 'fs' | 'now'>,
): StoreFiles {
  return { fs, directory: resolve(directory), mode, now };
}
