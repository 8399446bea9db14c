import { join } from 'node:path';
import { z } from 'zod';
import { canonical, digest, TeardownError } from '../diagnostics/index.ts';
import { type LedgerEntry, moment, sha256, text } from './entries.ts';
import { namesIn, readIfThere } from './files.ts';
import { problems } from './problems.ts';
import type { StoreFiles } from './store-files.ts';

/** store.json: what a store is. The first entry of the ledger holds its digest. */
const manifest = z.strictObject({
  version: z.literal(1),
  system: text,
  sandbox: z.boolean(),
  createdAt: moment,
  keyId: sha256,
});

export type Manifest = z.infer<typeof manifest>;

/** Throws for a directory that is missing, cannot be read, is no store, or whose store.json was changed. */
export async function readManifest({ fs, directory }: StoreFiles): Promise<Manifest> {
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
export function requireBound(files: StoreFiles, content: string, first: LedgerEntry | undefined): void {
  const path = join(files.directory, 'store.json');
  if (first?.body.kind === 'store-created' && first.body.manifest === digest(Buffer.from(content))) return;
  throw changed(path, 'it does not agree with the first entry of the ledger');
}

function changed(path: string, what: string): TeardownError {
  const hint = `restore ${path} from its backup`;
  return new TeardownError(problems('evidence-store-damaged', { detail: `${path}: ${what}`, hint }));
}
