import { gunzipSync, gzipSync } from 'node:zlib';
import { canonical, type Json } from './digests.ts';

const mostBytes = 256 * 1024 * 1024;

/** A large JSON value as one short text, for an engine that keeps and copies what it is given at every resource. */
export function packed(value: Json): string {
  return gzipSync(canonical(value), { level: 9 }).toString('base64');
}

/** What was packed. Throws for any other text, and for what unpacks to more than 256 MiB. */
export function unpacked(text: string): Json {
  const bytes = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: mostBytes });
  return JSON.parse(bytes.toString('utf8')) as Json;
}
