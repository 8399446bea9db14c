import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyTenant, type Tenant } from './tenant.ts';

/** A tenant with its file. `flush` waits until every change so far is in it. */
export interface Store {
  readonly tenant: Tenant;
  flush(): Promise<void>;
}

type Kind = keyof Tenant;

/** One line of the file: an entry as it became, or null when it went. The last line of an entry counts. */
type Line = readonly [kind: Kind, key: string, value: unknown];

/**
 * Opens `tenant.ndjson` in the data directory, or starts empty. A change costs one line, whatever the tenant holds; each opening
 * leaves one line for each entry. A file with a line that does not parse is an error; the rest of a line that a kill cut short was
 * never answered and does not count.
 */
export async function openStore(directory: string): Promise<Store> {
  const file = join(directory, 'tenant.ndjson');
  let lines: string[] = [];
  let writing = Promise.resolve();
  const tenant = emptyTenant((...line: Line) => void lines.push(`${JSON.stringify(line)}\n`));
  await load(tenant, file);
  lines = [];
  await rewrite(file, tenant);
  return {
    tenant,
    flush() {
      if (lines.length > 0) {
        const text = lines.join('');
        lines = [];
        writing = writing.then(() => appendFile(file, text));
      }
      return writing;
    },
  };
}

async function load(tenant: Tenant, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue;
    const [kind, key, value] = JSON.parse(line) as Line;
    const entries = tenant[kind] as Map<string, unknown>;
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
}

async function rewrite(file: string, tenant: Tenant): Promise<void> {
  const lines: string[] = [];
  for (const [kind, entries] of Object.entries(tenant)) {
    for (const [key, value] of entries as Map<string, unknown>)
      lines.push(`${JSON.stringify([kind, key, value])}\n`);
  }
  await writeFile(`${file}.new`, lines, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
