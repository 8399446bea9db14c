import type { Wave } from '../lifecycle/index.ts';
import type { Inventory, Module, Ownership } from './schema.ts';

/** True if the module carries a data class of sensitivity `sensitive` (R17): its rights go before all others. */
export function isSensitive(module: Pick<Module, 'data'>, dataClasses: Inventory['dataClasses']): boolean {
  return module.data.some((name) => dataClasses[name]?.sensitivity === 'sensitive');
}

export type DatabaseModule = Extract<Module, { enforcedBy: 'database-role' }>;

/** The modules whose rights are grants of a group role, each with its place in the list. */
export function databaseModules(modules: readonly Module[]): readonly DatabaseModule[] {
  return modules.filter((module) => module.enforcedBy === 'database-role');
}

/**
 * Those whose group role has a whole-schema grant as a resource of its own. Where single tables or columns of the schema are
 * treated apart, such a grant would take or give too much: there DatabaseAccess sets the rights of the role, too.
 */
export function grantedModules({
  database,
  modules,
}: Pick<Inventory, 'database' | 'modules'>): readonly DatabaseModule[] {
  const apart = [
    ...(database?.readOnly.stillWritten ?? []).map(({ table }) => table),
    ...modules.flatMap((module) => (module.enforcedBy === 'database-columns' ? module.columns : [])),
  ].map((path) => path.split('.')[0]);
  return databaseModules(modules).filter(({ schema }) => !apart.includes(schema));
}

/** Names of the Auth0 clients that are the CRM's own: those of its interfaces and integrations. */
export function crmClients({
  interfaces,
  integrations,
}: Pick<Inventory, 'interfaces' | 'integrations'>): readonly string[] {
  return [...interfaces, ...integrations].flatMap(({ client }) => client ?? []);
}

/**
 * True if an action of the tenant has to deny log-ins: switching connections off would lock out the users of other products (a
 * shared connection) or those who are exempted (administrators by their role, a break-glass user).
 */
export function deniesLogIns(
  inventory: Pick<Inventory, 'identity' | 'interfaces' | 'integrations' | 'operators' | 'breakGlass'>,
): boolean {
  const { identity, operators, breakGlass } = inventory;
  const connections = identity?.connections ?? [];
  if (connections.length === 0 || crmClients(inventory).length === 0) return false;
  const exempted =
    breakGlass.auth0 !== undefined || operators.some(({ auth0Role }) => auth0Role !== undefined);
  return exempted || connections.some(({ ownership }) => ownership === 'shared');
}

/** Name of everything the teardown makes to deny something, where names are unique: an action of the tenant, policies in IAM. */
export function denialName({ system }: Pick<Inventory, 'system'>): string {
  return `${system}-teardown-deny`;
}

/** True if an operator is a role or a user of IAM. */
export function actsInAws({ operators }: Pick<Inventory, 'operators'>): boolean {
  return operators.some(({ iamRoles, iamUsers }) => iamRoles.length + iamUsers.length > 0);
}

/** The sections that decide which waves a system has. */
export const memberSections = [
  'dataClasses',
  'modules',
  'database',
  'identity',
  'populations',
  'interfaces',
  'objects',
  'integrations',
  'services',
  'operators',
] as const satisfies readonly (keyof Inventory)[];

/**
 * The waves this inventory has something for; the others are left out of the plan. A wave of `destroyed` counts
 * exclusive things only: what is shared is never removed (rule 10), but for the CRM's part of a shared bucket.
 * `destroyed/services` also releases the protection of what the later waves remove, in an update before theirs, so it is there
 * whenever one of them is.
 */
export function membersOf(inventory: Pick<Inventory, (typeof memberSections)[number]>): ReadonlySet<Wave> {
  const { database, identity, modules, populations, interfaces, objects } = inventory;
  const { integrations, services, operators } = inventory;
  const connections = identity?.connections ?? [];
  const readable = [...modules, ...objects];
  const sensitive = readable.filter((entry) => isSensitive(entry, inventory.dataClasses));
  const ownObjects = objects.map(({ ownership, prefix }) => ({
    ownership: prefix === undefined ? ownership : 'exclusive',
  }));
  const data = [...(database ? [database] : []), ...ownObjects];
  const identities = [
    ...connections,
    ...(identity?.roles ?? []),
    ...(identity?.api ? [identity.api] : []),
    ...populations,
    ...operators,
  ];
  const removed = [...interfaces, ...integrations, ...identities, ...data];
  const waves: Record<Wave, boolean> = {
    'revoked/accounts': connections.length + populations.length > 0,
    'revoked/sensitive': sensitive.length > 0,
    'revoked/modules': sensitive.length < readable.length,
    'revoked/interfaces': interfaces.length > 0,
    'revoked/integrations': integrations.length > 0,
    'revoked/services': services.length > 0,
    'revoked/admins': operators.length > 0,
    'destroyed/services': [...services, ...removed].some(isExclusive),
    'destroyed/interfaces': [...interfaces, ...integrations].some(isExclusive),
    // With a shared connection an action denies log-ins, and it is ours to remove.
    'destroyed/identities':
      identities.some(isExclusive) ||
      (connections.length > 0 &&
        [...interfaces, ...integrations].some((entry) => entry.client !== undefined && isExclusive(entry))),
    'destroyed/data': data.some(isExclusive),
  };
  return new Set((Object.keys(waves) as Wave[]).filter((wave) => waves[wave]));
}

function isExclusive({ ownership }: { readonly ownership: Ownership }): boolean {
  return ownership === 'exclusive';
}
