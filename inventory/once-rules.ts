import { groupOf, loginSections, rolesOf } from './logins.ts';
import { each, type Finding, type Located, repeated, type Rule, rule, type Section } from './rule.ts';
import type { Inventory } from './schema.ts';

function namesAreUnique<const S extends Section>(
  section: S,
  names: (inventory: Pick<Inventory, S>) => readonly Located[],
): Rule {
  return rule(`names in ${section} are unique`, [section], (inventory) =>
    repeated(names(inventory)).map(({ text, path }) => ({
      code: 'inventory-duplicate-name',
      path,
      detail: `"${text}" is the name of an earlier entry too`,
      hint: 'give each entry a name of its own, or remove one of them',
    })),
  );
}

function usedOnce(what: string, all: readonly Located[]): readonly Finding[] {
  return repeated(all).map(({ text, path }) => ({
    code: 'inventory-used-twice',
    path,
    detail: `the ${what} "${text}" is listed earlier too: two resources would fight over one live thing`,
    hint: `list the ${what} once, where it is cut first`,
  }));
}

/** Names are unique within a section, and no live thing is listed twice. */
export const onceRules: readonly Rule[] = [
  namesAreUnique('modules', ({ modules }) => each(['modules'], modules, 'name')),
  namesAreUnique('populations', ({ populations }) => each(['populations'], populations, 'name')),
  namesAreUnique('interfaces', ({ interfaces }) => each(['interfaces'], interfaces, 'name')),
  namesAreUnique('objects', ({ objects }) => each(['objects'], objects, 'name')),
  namesAreUnique('integrations', ({ integrations }) => each(['integrations'], integrations, 'name')),
  namesAreUnique('services', ({ services }) => each(['services'], services, 'name')),
  namesAreUnique('operators', ({ operators }) => each(['operators'], operators, 'name')),
  namesAreUnique('identity', ({ identity }) =>
    each(['identity', 'connections'], identity?.connections ?? [], 'name'),
  ),

  rule('roles and logins are listed once', loginSections, (inventory) =>
    usedOnce('role', rolesOf(inventory)),
  ),
  // Also with different prefixes: a bucket has one policy, and two resources would write it.
  rule('buckets are listed once', ['objects'], ({ objects }) =>
    usedOnce('bucket', each(['objects'], objects, 'bucket')),
  ),
  rule('clients are listed once', ['interfaces', 'integrations'], ({ interfaces, integrations }) =>
    usedOnce('client', [
      ...each(['interfaces'], interfaces, 'client'),
      ...each(['integrations'], integrations, 'client'),
    ]),
  ),
  rule('gateways are listed once', ['interfaces'], ({ interfaces }) =>
    usedOnce(
      'REST API',
      each(['interfaces'], interfaces, 'gateway').map(({ text, path }) => ({
        text: text.split('/')[0] ?? '',
        path,
      })),
    ),
  ),
  rule('functions, queues and secrets are listed once', ['services', 'integrations'], (inventory) => [
    ...usedOnce('function', each(['services'], inventory.services, 'lambda')),
    ...usedOnce('queue', each(['integrations'], inventory.integrations, 'queue')),
    ...usedOnce('secret', each(['integrations'], inventory.integrations, 'secret')),
  ]),
  rule('rules and schedules are listed once', ['services', 'integrations'], ({ services, integrations }) =>
    (['rule', 'schedule'] as const).flatMap((starter) =>
      usedOnce(starter, [
        ...each(['services'], services, starter),
        ...each(['integrations'], integrations, starter),
      ]),
    ),
  ),
  // Grants cover whole schemas: a second module would go on reading what the first one's wave took away.
  rule('a schema belongs to one module', ['modules'], ({ modules }) =>
    usedOnce('schema', each(['modules'], modules.map(groupOf), 'schema')),
  ),
];
