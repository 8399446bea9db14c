import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Cheap on purpose: a sandbox creates thousands of accounts. */
const cost = { N: 1024 };

export function hashPassword(password: string): string {
  const salt = randomBytes(12);
  return `${salt.toString('base64url')}.${scryptSync(password, salt, 32, cost).toString('base64url')}`;
}

export function isPassword(password: string, hash: string): boolean {
  const [salt = '', expected = ''] = hash.split('.').map((part) => Buffer.from(part, 'base64url'));
  return timingSafeEqual(scryptSync(password, salt, 32, cost), Buffer.from(expected));
}
