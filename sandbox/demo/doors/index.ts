import { type Addresses } from '../../world/living.ts';
import { type WorldKeys } from '../../world/index.ts';
import { type Door } from '../door.ts';
import { databaseDoors } from './database.ts';
import { findingDoors } from './findings.ts';
import { gatewayDoors } from './gateway.ts';
import { identityDoors } from './identity.ts';
import { laterDoors } from './later.ts';

/** What all principals of the sample CRM hold together, with where its servers listen. */
export interface DemoKeys extends WorldKeys {
  readonly addresses: Addresses;
}

/** Every door of the sample CRM and of its neighbour, part by part. */
export const doors: readonly Door<DemoKeys>[] = [
  ...opened(identityDoors, ({ identity }) => identity),
  ...opened(gatewayDoors, ({ gateway, addresses }) => ({ ...gateway, front: addresses.front })),
  ...opened(databaseDoors, ({ database }) => database),
  ...laterDoors,
  ...findingDoors,
];

function opened<Keys>(
  doors: readonly Door<Keys>[],
  keysOf: (keys: DemoKeys) => Keys,
): readonly Door<DemoKeys>[] {
  return doors.map((door) => ({ ...door, run: (keys) => door.run(keysOf(keys)) }));
}
