import type { Posture } from '../lifecycle/index.ts';
import { readOnly } from './read-only.ts';

/** Each wave closes one scale more; administrators last. */
export const accounts: Posture = { ...readOnly, accounts: 'locked' };
export const sensitive: Posture = { ...accounts, sensitive: 'revoked' };
export const modules: Posture = { ...sensitive, modules: 'revoked' };
export const interfaces: Posture = { ...modules, interfaces: 'gone' };
export const integrations: Posture = { ...interfaces, integrations: 'cut' };
export const services: Posture = { ...integrations, services: 'stopped' };
export const admins: Posture = { ...services, admins: 'locked' };
