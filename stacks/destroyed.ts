import type { Posture } from '../lifecycle/index.ts';
import { snapshotted } from './snapshotted.ts';

/** Each wave removes what it names; protection falls with the first, data goes with the last. */
export const services: Posture = { ...snapshotted, services: 'removed', protection: 'released' };
export const interfaces: Posture = { ...services, interfaces: 'removed', integrations: 'removed' };
export const identities: Posture = { ...interfaces, identities: 'removed' };
export const data: Posture = { ...identities, data: 'removed' };
