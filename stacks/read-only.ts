import type { Posture } from '../lifecycle/index.ts';
import { active } from './active.ts';

/** Reads answer, writes and sign-up do not. */
export const readOnly: Posture = {
  ...active,
  enrolment: 'closed',
  writes: 'blocked',
  interfaces: 'read-only',
};
