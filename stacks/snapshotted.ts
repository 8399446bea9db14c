import type { Posture } from '../lifecycle/index.ts';
import { admins } from './revoked.ts';

/** The final archive is made, and what a delete reads from state is written. */
export const snapshotted: Posture = { ...admins, archive: 'final' };
