import type { Posture, Step } from '../lifecycle/index.ts';
import { active } from './active.ts';
import * as destroyed from './destroyed.ts';
import { readOnly } from './read-only.ts';
import * as revoked from './revoked.ts';
import { snapshotted } from './snapshotted.ts';

/** The posture table: what a step is to the components. */
export const postures: Readonly<Record<Step, Posture>> = {
  active,
  'read-only': readOnly,
  'revoked/accounts': revoked.accounts,
  'revoked/sensitive': revoked.sensitive,
  'revoked/modules': revoked.modules,
  'revoked/interfaces': revoked.interfaces,
  'revoked/integrations': revoked.integrations,
  'revoked/services': revoked.services,
  'revoked/admins': revoked.admins,
  snapshotted,
  'destroyed/services': destroyed.services,
  'destroyed/interfaces': destroyed.interfaces,
  'destroyed/identities': destroyed.identities,
  'destroyed/data': destroyed.data,
};
