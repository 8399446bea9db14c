import { each, eachOf, type Located } from './rule.ts';
import type { Inventory, Module } from './schema.ts';

/** Sections of the inventory that name PostgreSQL roles. */
export const loginSections = ['modules', 'populations', 'integrations', 'services', 'operators'] as const;

/** All PostgreSQL roles that a step narrows or removes. */
export function rolesOf(inventory: Pick<Inventory, (typeof loginSections)[number]>): readonly Located[] {
  return [
    ...each(['modules'], inventory.modules.map(groupOf), 'role'),
    ...eachOf(['populations'], inventory.populations, 'logins'),
    ...each(['integrations'], inventory.integrations, 'login'),
    ...each(['services'], inventory.services, 'login'),
    ...each(['operators'], inventory.operators, 'login'),
  ];
}

/** Role and schema of a module, if a group role holds its rights; keeps its place in the list. */
export function groupOf(module: Module): { readonly role?: string; readonly schema?: string } {
  return module.enforcedBy === 'database-role' ? module : {};
}
