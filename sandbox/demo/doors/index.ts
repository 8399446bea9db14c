import type { LivingKeys } from '../../world/living.ts';
import type { WorldKeys } from '../../world/index.ts';
import type { Door } from '../door.ts';
import { crmDoors } from './crm.ts';
import { databaseDoors } from './database.ts';
import { findingDoors } from './findings.ts';
import { gatewayDoors } from './gateway.ts';
import { identityDoors } from './identity.ts';
import { integrationDoors } from './integrations.ts';
import { laterDoors } from './later.ts';
import { objectDoors } from './objects.ts';
import { operatorDoors } from './operators.ts';
import { functionDoors } from './services.ts';

/** What all principals of the running sample CRM hold together. */
export interface DemoKeys extends WorldKeys {
  readonly living: LivingKeys;
}

/** Every door of the sample CRM and of its neighbour, part by part. */
export const doors: readonly Door<DemoKeys>[] = [
  ...opened(identityDoors, ({ identity }) => identity),
  ...opened(crmDoors, ({ living, identity, gateway: { partnerKey } }) => ({
    ...living,
    people: identity,
    partnerKey,
  })),
  ...opened(gatewayDoors, ({ gateway, living }) => ({ ...gateway, front: living.gateway })),
  ...opened(databaseDoors, ({ database }) => database),
  ...opened(objectDoors, ({ objects }) => objects),
  ...opened(integrationDoors, ({ integrations }) => integrations),
  ...opened(functionDoors, ({ functions }) => functions),
  ...opened(operatorDoors, ({ operators }) => operators),
  ...laterDoors,
  ...findingDoors,
];

function opened<Keys>(
  doors: readonly Door<Keys>[],
  keysOf: (keys: DemoKeys) => Keys,
): readonly Door<DemoKeys>[] {
  return doors.map((door) => ({ ...door, run: (keys) => door.run(keysOf(keys)) }));
}
