import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** RFC 8785 bytes of a JSON value: same value, same text. Throws TypeError for what JSON cannot hold. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`not a JSON value: ${typeof value}`);
  return text;
}

/** SHA-256 in hex: of the bytes given, or of the canonical JSON of any other value. */
export function digest(value: unknown): string {
  const bytes = value instanceof Uint8Array ? value : canonical(value);
  return createHash('sha256').update(bytes).digest('hex');
}
