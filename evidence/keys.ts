import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { canonical, TeardownError } from '../diagnostics/index.ts';
import { sha256 } from './entries.ts';
import { type FileSystem, readIfThere, writeOnce } from './files.ts';
import { problems } from './problems.ts';

/**
 * Principals (rule 14). Outside this file a person is a keyed hash. The names stand in the store encrypted, one file
 * per principal, with a key that lies beside them in `key`, readable by its owner only. A copy for an auditor leaves
 * `key` out, or hands it over separately: then the copy proves everything and names nobody.
 */
export interface KeyPlace {
  readonly fs: FileSystem;
  readonly directory: string;
}

const keyText = /^[0-9a-f]{64}$/;

/** Reads the key, or makes one where there is none (only while a store is being created). */
export async function obtainKey(place: KeyPlace): Promise<Buffer> {
  const path = join(place.directory, 'key');
  await writeOnce(place.fs, path, randomBytes(32).toString('hex'), 0o600);
  return loadKey(place);
}

async function loadKey(place: KeyPlace): Promise<Buffer> {
  const path = join(place.directory, 'key');
  const bytes = await readIfThere(place.fs, path);
  if (bytes === undefined) {
    const hint = `put the key of this store back to ${path}`;
    throw new TeardownError(problems('evidence-key-missing', { detail: `${path} is not there`, hint }));
  }
  const text = Buffer.from(bytes).toString('utf8');
  if (!keyText.test(text)) throw wrongKey(path);
  return Buffer.from(text, 'hex');
}

/** Says which key a store uses, without telling anything about it. */
export function keyIdOf(key: Buffer): string {
  return subkey(key, 'key id').toString('hex');
}

/** The store's own key: read, and compared with the id in store.json. */
export async function ownKey(place: KeyPlace, keyId: string): Promise<Buffer> {
  const key = await loadKey(place);
  if (keyIdOf(key) !== keyId) throw wrongKey(join(place.directory, 'key'));
  return key;
}

function wrongKey(path: string): TeardownError {
  const detail = `${path} is not the key that this store was created with`;
  const hint = `put the key of this store back to ${path}`;
  return new TeardownError(problems('evidence-key-damaged', { detail, hint }));
}

/** One purpose, one key: all are derived from the file's. */
function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `teardown evidence: ${purpose}`, 32));
}

/** HMAC-SHA256 of a name; writing in another case or with other spaces is another name. */
export function hashName(key: Buffer, name: string): string {
  return createHmac('sha256', subkey(key, 'principals')).update(name.normalize('NFC')).digest('hex');
}

const sealedName = z.strictObject({
  version: z.literal(1),
  iv: z.string().regex(/^[0-9a-f]{24}$/),
  tag: z.string().regex(/^[0-9a-f]{32}$/),
  data: z.string().regex(/^[0-9a-f]*$/),
});

/** AES-256-GCM, bound to the hash that names the file. */
export function sealName(key: Buffer, name: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', subkey(key, 'names'), iv);
  cipher.setAAD(Buffer.from(hashName(key, name)));
  const data = Buffer.concat([cipher.update(name.normalize('NFC'), 'utf8'), cipher.final()]);
  const sealed = { iv: iv.toString('hex'), tag: cipher.getAuthTag().toString('hex') };
  return canonical({ version: 1, ...sealed, data: data.toString('hex') });
}

/** The name behind a hash. Throws for a file that was changed; the message says nothing of its content. */
export function openName(key: Buffer, hash: string, bytes: Uint8Array, path: string): string {
  try {
    const { iv, tag, data } = sealedName.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const options = { authTagLength: 16 };
    const cipher = createDecipheriv('aes-256-gcm', subkey(key, 'names'), Buffer.from(iv, 'hex'), options);
    cipher.setAAD(Buffer.from(sha256.parse(hash)));
    cipher.setAuthTag(Buffer.from(tag, 'hex'));
    return Buffer.concat([cipher.update(Buffer.from(data, 'hex')), cipher.final()]).toString('utf8');
  } catch (cause) {
    const detail = `${path} does not decrypt with the key of this store`;
    const hint = `restore ${path} from its backup`;
    throw new TeardownError(problems('evidence-name-damaged', { detail, hint }), { cause });
  }
}
