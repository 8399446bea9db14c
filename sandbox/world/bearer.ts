import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { within } from '../../diagnostics/index.ts';
import type { Claims } from '../identity/tokens.ts';

/** Whose tokens an application takes. */
export interface Audience {
  /** `https://host:port/`, the issuer that the tokens name. */
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Reads the bearer token of an Authorization header by the issuer's published keys: undefined unless it is signed by it, for this
 * audience, and not expired. Throws when the keys cannot be had; they are fetched once.
 */
export function bearerReader({
  issuer,
  audience,
}: Audience): (header?: string) => Promise<Claims | undefined> {
  let keys: readonly KeyObject[] | undefined;
  return async (header = '') => {
    const [head, body, signature] = /^Bearer (.+)$/.exec(header)?.[1]?.split('.') ?? [];
    if (head === undefined || body === undefined || signature === undefined) return undefined;
    keys ??= await publishedKeys(issuer);
    const signed = Buffer.from(`${head}.${body}`);
    const given = Buffer.from(signature, 'base64url');
    if (!keys.some((key) => verify('RSA-SHA256', signed, key, given))) return undefined;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
    const good = claims.iss === issuer && claims.aud === audience && claims.exp * 1000 > Date.now();
    return good ? claims : undefined;
  };
}

async function publishedKeys(issuer: string): Promise<readonly KeyObject[]> {
  const found = await within('10 seconds', 'the keys of the tenant', fetch(`${issuer}.well-known/jwks.json`));
  if (!found.ok) throw new Error(`the keys of the tenant: status ${found.status}`);
  const { keys } = (await found.json()) as { readonly keys: readonly JsonWebKey[] };
  return keys.map((key) => createPublicKey({ key, format: 'jwk' }));
}
