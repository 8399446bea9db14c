import { open, type Posture } from '../lifecycle/index.ts';

/** Nothing is narrowed: every resource has its former settings. */
export const active: Posture = open;
