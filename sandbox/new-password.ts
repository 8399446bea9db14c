import { randomBytes } from 'node:crypto';

/** A password that every vendor's rules take. */
export function newPassword(): string {
  return `Aa1-${randomBytes(12).toString('base64url')}`;
}
