import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { canonical, digest, type Duration, milliseconds, TeardownError } from '../diagnostics/index.ts';
import { entryBody, type EntryBody, type LedgerEntry, ledgerEntry } from './entries.ts';
import { type FileSystem, namesIn, readIfThere, writeOnce } from './files.ts';
import { refuseStopped } from './frozen.ts';
import { problems } from './problems.ts';

/** Names one state of the ledger: the last entry's number and the digest of its bytes. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** A ledger is a directory of files `00000001.json`, `00000002.json`, ... each holding one entry in canonical JSON. */
export interface LedgerPlace {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly system: string;
  readonly now: () => Date;
}

/** How long an append goes on trying while other writers are faster. */
const appendLimit: Duration = '30 seconds';
const noEntryBefore = '0'.repeat(64);
const entryName = /^\d{8}\.json$/;

export function headOf(entry: LedgerEntry): Head {
  return { sequence: entry.sequence, hash: digest(entry) };
}

export function fileOf(place: Pick<LedgerPlace, 'directory'>, sequence: number): string {
  return join(place.directory, `${String(sequence).padStart(8, '0')}.json`);
}

/**
 * Reads the whole ledger and verifies it: numbers without holes, each entry the hash of the one before, canonical
 * bytes, known kinds, the system's name. Throws TeardownError (exit `evidence`) naming the first file that is wrong.
 * What a chain alone cannot show is that entries are missing at its END: see verifyHead.
 * `verified` are the first entries as read a moment ago; only those after them are read.
 */
export async function readChain(
  place: LedgerPlace,
  verified: readonly LedgerEntry[] = [],
): Promise<readonly LedgerEntry[]> {
  const names = await namesIn(place.fs, place.directory);
  const odd = names.find((name) => !entryName.test(name));
  if (odd !== undefined) {
    const detail = `${join(place.directory, odd)} is not named like an entry`;
    throw new TeardownError(problems('ledger-file-unexpected', { detail, hint: restore(place) }));
  }
  const count = Number(names.at(-1)?.slice(0, 8) ?? '1');
  const entries = [...verified];
  // One by one and not as listed: a directory that grows while it is listed may show the later of two new names only.
  for (let sequence = entries.length + 1; sequence <= count; sequence += 1) {
    entries.push(await readEntry(place, sequence, entries.at(-1)));
  }
  return entries;
}

async function readEntry(
  place: LedgerPlace,
  sequence: number,
  before: LedgerEntry | undefined,
): Promise<LedgerEntry> {
  const file = fileOf(place, sequence);
  const bytes = await readIfThere(place.fs, file);
  if (bytes === undefined) {
    throw new TeardownError(
      problems('ledger-entry-missing', { detail: `${file} is not there`, hint: restore(place) }),
    );
  }
  const entry = parseEntry(bytes, file, restore(place));
  const wrong = breakIn(entry, { system: place.system, sequence, before });
  if (wrong !== undefined) {
    throw new TeardownError(
      problems('ledger-chain-broken', { detail: `${file}: ${wrong}`, hint: restore(place) }),
    );
  }
  return entry;
}

function parseEntry(bytes: Uint8Array, file: string, hint: string): LedgerEntry {
  const damaged = (what: string, cause?: unknown) =>
    new TeardownError(problems('ledger-entry-damaged', { detail: `${file}: ${what}`, hint }), { cause });
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged('not JSON', cause);
  }
  const parsed = ledgerEntry.safeParse(value);
  if (!parsed.success) throw damaged(places(parsed.error));
  if (canonical(parsed.data) !== text) throw damaged('not in canonical form');
  return parsed.data;
}

function breakIn(
  entry: LedgerEntry,
  expected: { system: string; sequence: number; before: LedgerEntry | undefined },
): string | undefined {
  const { system, sequence, before } = expected;
  if (entry.sequence !== sequence) return `says it is entry ${entry.sequence}`;
  if (entry.previous !== previousOf(before)) return 'does not hold the hash of the entry before it';
  if (entry.system !== system) return `is about system "${entry.system}", not "${system}"`;
  if ((entry.body.kind === 'store-created') !== (sequence === 1)) {
    return `is of kind "${entry.body.kind}", which does not belong at place ${sequence}`;
  }
  return undefined;
}

function previousOf(before: LedgerEntry | undefined): string {
  return before === undefined ? noEntryBefore : digest(before);
}

/**
 * Enters something at the end of the ledger. Atomic against other writers: the name of the next entry can be taken
 * once; whoever is second reads again and tries again, for at most 30 seconds (`ledger-contended`).
 * A freeze that stands at that very place stops what would move, delete or record (`system-frozen`).
 * With `after`, the entry is made only if the ledger's head still is that one, else `ledger-moved-on`.
 */
export async function appendEntry(place: LedgerPlace, body: EntryBody, after?: Head): Promise<LedgerEntry> {
  const valid = validBody(body);
  const deadline = performance.now() + milliseconds(appendLimit);
  let entries: readonly LedgerEntry[] = [];
  for (let tries = 1; performance.now() < deadline; tries += 1) {
    entries = await readChain(place, entries);
    const before = entries.at(-1);
    refuseStopped(valid.kind, entries);
    if (after !== undefined) requireHead(place, before, after);
    const entry = await writeEntry(place, valid, before);
    if (entry !== undefined) return entry;
    await sleep(Math.random() * Math.min(100, 5 * tries));
  }
  const detail = `no free place in ${place.directory} within ${appendLimit}`;
  throw new TeardownError(problems('ledger-contended', { detail, hint: 'teardown status' }));
}

/** Writes the entry that follows `before`; undefined if another writer was first. */
export async function writeEntry(
  place: LedgerPlace,
  body: EntryBody,
  before: LedgerEntry | undefined,
): Promise<LedgerEntry | undefined> {
  const sequence = (before?.sequence ?? 0) + 1;
  const time = place.now().toISOString();
  const previous = previousOf(before);
  const entry: LedgerEntry = { version: 1, sequence, previous, time, system: place.system, body };
  const written = await writeOnce(place.fs, fileOf(place, sequence), canonical(entry));
  return written ? entry : undefined;
}

function validBody(body: EntryBody): EntryBody {
  const parsed = entryBody.safeParse(body);
  if (parsed.success) return parsed.data;
  const detail = `entry of kind "${body.kind}": ${places(parsed.error)}`;
  throw new TeardownError(problems('ledger-entry-invalid', { detail, hint: 'report this as a bug' }));
}

function requireHead(place: LedgerPlace, last: LedgerEntry | undefined, after: Head): void {
  if (last?.sequence === after.sequence && headOf(last).hash === after.hash) return;
  const detail = `${place.directory} has entry ${last?.sequence ?? 0}, entry ${after.sequence} was expected to be the last`;
  throw new TeardownError(problems('ledger-moved-on', { detail, hint: 'teardown status' }));
}

/**
 * The second witness: the head that the engine's state remembers must be in this ledger, which may have grown since.
 * Finds what no chain can show of itself: that its last entries are gone, or that all of it was written anew.
 */
export function verifyHead(
  view: { readonly directory: string; readonly entries: readonly LedgerEntry[] },
  head: Head,
): void {
  const entry = view.entries[head.sequence - 1];
  if (entry !== undefined && headOf(entry).hash === head.hash) return;
  const file = fileOf(view, head.sequence);
  const detail =
    entry === undefined
      ? `${file} is gone: the stack has seen entry ${head.sequence}, the ledger ends at ${view.entries.length}`
      : `${file} is not the entry that the stack has seen`;
  throw new TeardownError(problems('ledger-head-mismatch', { detail, hint: restore(view) }));
}

/** Where each fault is, without the values: they may be what must not be shown. */
export function places(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the whole'} (${issue.code})`).join(', ');
}

function restore(place: Pick<LedgerPlace, 'directory'>): string {
  return `restore ${place.directory} from its backup; entries are never edited`;
}
