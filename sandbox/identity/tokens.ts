import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  /** The client the token was issued to. */
  readonly azp: string;
  readonly scope?: string;
  readonly iat: number;
  readonly exp: number;
}

/** Signs and reads the tenant's tokens (JWT, RS256). A token is good until it expires, whatever happens to its user. */
export interface Signer {
  issue(claims: Omit<Claims, 'iat' | 'exp'>, lifetimeSeconds: number): string;
  /** Undefined for anything this tenant did not sign. Does not look at the expiry. */
  read(token: string): Claims | undefined;
  /** What others need to check a signature themselves. */
  readonly publicKey: JsonWebKey;
}

/** The signer of a data directory; its key is made on first use. */
export async function signerIn(directory: string): Promise<Signer> {
  const key = await signingKey(join(directory, 'signing-key.pem'));
  const publicKey = createPublicKey(key);
  const header = encode({ alg: 'RS256', typ: 'JWT' });
  return {
    issue(claims, lifetimeSeconds) {
      const iat = Math.floor(Date.now() / 1000);
      const text = `${header}.${encode({ ...claims, iat, exp: iat + lifetimeSeconds })}`;
      return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
    },
    read(token) {
      const [head, body, signature] = token.split('.');
      if (head !== header || body === undefined || signature === undefined) return undefined;
      const genuine = verify(
        'RSA-SHA256',
        Buffer.from(`${head}.${body}`),
        publicKey,
        Buffer.from(signature, 'base64url'),
      );
      return genuine ? (JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims) : undefined;
    },
    publicKey: { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function signingKey(file: string): Promise<KeyObject> {
  const existing = await readFile(file).catch(() => undefined);
  if (existing) return createPrivateKey(existing);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return privateKey;
}
