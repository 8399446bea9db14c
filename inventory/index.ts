/**
 * inventory: what one system is and what its stack is told. Schema of inventory, former settings and stack settings,
 * the named rules between them, loading with all problems of one run (file, line, column, hint), the waves a system
 * has something for, and the digest of the program that an approval's intent holds.
 */
export {
  type ConnectionEntry,
  type Database,
  type IntegrationEntry,
  type InterfaceEntry,
  type Inventory,
  type Module,
  type ObjectStoreEntry,
  type OperatorEntry,
  type PopulationEntry,
  type ServiceEntry,
} from './schema.ts';
export { loadInventory, type LoadedInventory } from './inventory.ts';
export {
  actsInAws,
  crmClients,
  type DatabaseModule,
  databaseModules,
  denialName,
  grantedModules,
  deniesLogIns,
  isSensitive,
} from './members.ts';
export { clientGrants, feedersOf, targetsOf, userBelongings } from './resources.ts';
export { type FormerResource, type FormerSettings, sealFormer } from './former.ts';
export { loadSettings, type Settings, type StackSettings } from './settings.ts';
export { inventoryJsonSchema } from './json-schema.ts';
