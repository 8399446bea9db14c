import { pbkdf2Sync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Cheap on purpose: a sandbox creates thousands of accounts. */
const cost = { N: 1024 };

export function hashPassword(password: string): string {
  const salt = randomBytes(12);
  return `${salt.toString('base64url')}.${scryptSync(password, salt, 32, cost).toString('base64url')}`;
}

/** A PBKDF2 hash as imports bring it: `$pbkdf2-<digest>$i=<iterations>,l=<bytes>$<salt>$<hash>`, base64 without padding. */
export const importedHash =
  /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,7}),l=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** For a hash of our own and for one that was imported. */
export function isPassword(password: string, hash: string): boolean {
  const imported = importedHash.exec(hash);
  if (imported) {
    const [, digest = '', iterations, length, salt = '', expected = ''] = imported;
    const salted = Buffer.from(salt, 'base64');
    const derived = pbkdf2Sync(password, salted, Number(iterations), Number(length), digest);
    return same(derived, Buffer.from(expected, 'base64'));
  }
  const [salt = '', expected = ''] = hash.split('.').map((part) => Buffer.from(part, 'base64url'));
  return same(scryptSync(password, salt, 32, cost), Buffer.from(expected));
}

function same(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
