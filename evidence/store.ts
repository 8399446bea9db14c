import { join } from 'node:path';
import { canonical, TeardownError, within } from '../diagnostics/index.ts';
import type { LedgerEntry, NewEntry } from './entries.ts';
import { type FileSystem, partialIn, readIfThere, writeFailure, writeOnce, writePartial } from './files.ts';
import { hashName, openName, ownKey, sealName } from './keys.ts';
import { appendEntry, type Head, type LedgerPlace, readChain } from './ledger.ts';
import { type Manifest, readManifest, requireBound } from './manifest.ts';
import { type LedgerView, viewOf } from './position.ts';
import { problems } from './problems.ts';
import { readStatement, type Statement, verifyStatements, writeStatement } from './statements.ts';
import {
  filesOf,
  ledgerPlace,
  requireWritable,
  rooms,
  type StoreFiles,
  storeLimit,
  type StoreOptions,
} from './store-files.ts';

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
 * All methods throw TeardownError, whose `exit` says what kind it is (mostly `evidence`; `busy` where somebody else wrote
 * first, `refused` in a frozen system), and TimedOut after a named limit.
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
