import { databaseRules } from './database-rules.ts';
import { identityRules } from './identity-rules.ts';
import { memberSections, membersOf } from './members.ts';
import { aWaveIsMergedOnce, mergesAreNeighbours } from './merges.ts';
import { operatorRules } from './operator-rules.ts';
import { sharedBucketsHaveAPrefix, sharedCutsExist } from './shared.ts';
import { each, eachOf, type Finding, type Located, repeated, type Rule, rule, type Section } from './rule.ts';
import { type Inventory, type Module } from './schema.ts';

const loginSections = ['modules', 'populations', 'integrations', 'services', 'operators'] as const;

/** All PostgreSQL roles that a step narrows or removes. */
function rolesOf(inventory: Pick<Inventory, (typeof loginSections)[number]>): readonly Located[] {
  return [
    ...each(['modules'], inventory.modules.map(groupOf), 'role'),
    ...eachOf(['populations'], inventory.populations, 'logins'),
    ...each(['integrations'], inventory.integrations, 'login'),
    ...each(['services'], inventory.services, 'login'),
    ...each(['operators'], inventory.operators, 'login'),
  ];
}

/** Role and schema of a module, if a group role holds its rights; keeps its place in the list. */
function groupOf(module: Module): { readonly role?: string; readonly schema?: string } {
  return module.enforcedBy === 'database-role' ? module : {};
}

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

const eachThingIsListedOnce: readonly Rule[] = [
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

function dataOf(
  list: 'modules' | 'objects',
  entries: readonly { readonly data: readonly string[] }[],
): Located[] {
  return entries.flatMap(({ data }, i) => data.map((text, j) => ({ text, path: [list, i, 'data', j] })));
}

function danglingData(references: readonly Located[], known: Inventory['dataClasses']): readonly Finding[] {
  return references
    .filter(({ text }) => !Object.hasOwn(known, text))
    .map(({ text, path }) => ({
      code: 'inventory-dangling-reference',
      path,
      detail: `there is no data class "${text}"`,
      hint: `describe it under dataClasses, or use one of: ${Object.keys(known).join(', ')}`,
    }));
}

const dataClassesMatch: readonly Rule[] = [
  rule('data of modules is described', ['modules', 'dataClasses'], ({ modules, dataClasses }) =>
    danglingData(dataOf('modules', modules), dataClasses),
  ),
  rule('data of objects is described', ['objects', 'dataClasses'], ({ objects, dataClasses }) =>
    danglingData(dataOf('objects', objects), dataClasses),
  ),
  rule('every data class is enforced somewhere', ['modules', 'objects', 'dataClasses'], (inventory) => {
    const used = [...dataOf('modules', inventory.modules), ...dataOf('objects', inventory.objects)];
    return Object.keys(inventory.dataClasses)
      .filter((name) => !used.some(({ text }) => text === name))
      .map((name) => ({
        code: 'inventory-enforced-nowhere',
        path: ['dataClasses', name],
        detail: `no module and no object carries the data class "${name}": no step would withdraw rights to it`,
        hint: `name "${name}" in the data of a module or an object, or remove the data class`,
      }));
  }),
];

const noLogins = { modules: [], populations: [], integrations: [], services: [], operators: [] };

function needsDatabase(section: (typeof loginSections)[number]): Rule {
  return rule(`${section} live in a database`, ['database', section], (inventory) =>
    inventory.database !== undefined || !rolesOf({ ...noLogins, [section]: inventory[section] }).length
      ? []
      : [
          {
            code: 'inventory-dangling-reference',
            path: [section],
            detail: `${section} name database roles, and the inventory describes no database`,
            hint: `describe the database, or remove ${section}`,
          },
        ],
  );
}

const carriersExist: readonly Rule[] = [
  ...loginSections.map(needsDatabase),
  rule('interfaces live in a tenant', ['identity', 'interfaces'], ({ identity, interfaces }) =>
    identity !== undefined || interfaces.every(({ client }) => client === undefined)
      ? []
      : [
          {
            code: 'inventory-dangling-reference',
            path: ['interfaces'],
            detail: 'interfaces name Auth0 clients, and the inventory describes no identity tenant',
            hint: 'describe identity.tenant, or remove interfaces',
          },
        ],
  ),
];

const doors = {
  interfaces: ['client', 'gateway'],
  integrations: ['login', 'client', 'queue', 'rule', 'schedule', 'secret'],
  services: ['login', 'ecs', 'lambda', 'rule', 'schedule'],
  operators: ['login', 'iamRoles', 'iamUsers', 'auth0Role'],
} as const;

/** An entry without one would look closed, and nothing would have been cut. */
const entriesNameWhatTheyClose: readonly Rule[] = (Object.keys(doors) as (keyof typeof doors)[]).map(
  (section) =>
    rule(`${section} name what is cut`, [section], (inventory) =>
      (inventory[section] as readonly Readonly<Record<string, unknown>>[]).flatMap((entry, i) => {
        const named = doors[section].some((door) => [entry[door] ?? []].flat().length > 0);
        if (named) return [];
        const code = 'inventory-enforced-nowhere' as const;
        const detail = `${section}[${i}] names nothing that could be cut`;
        return [{ code, path: [section, i], detail, hint: `add one of: ${doors[section].join(', ')}` }];
      }),
    ),
);

const runnerAndBreakGlassStay: readonly Rule[] = [
  rule('break-glass is never cut', ['breakGlass', ...loginSections], (inventory) =>
    rolesOf(inventory)
      .filter(({ text }) => text === inventory.breakGlass.database)
      .map(({ text, path }) => ({
        code: 'inventory-break-glass-cut',
        path,
        detail: `"${text}" is the break-glass login and is listed to be cut`,
        hint: 'name a sealed login under breakGlass.database that nobody uses day by day',
      })),
  ),
  rule(
    'resource policies can spare the runner',
    ['runner', 'objects', 'integrations'],
    ({ runner, objects, integrations }) => {
      if (runner.aws !== undefined) return [];
      const denied = [
        ...each(['objects'], objects, 'bucket'),
        ...each(['integrations'], integrations, 'queue'),
        ...each(['integrations'], integrations, 'secret'),
      ];
      return denied.map(({ path }) => ({
        code: 'inventory-runner-missing' as const,
        path,
        detail: 'its policy denies everybody it does not name, and the inventory does not name the runner',
        hint: 'add the AWS principal the stack runs as: runner: { aws: "arn:aws:iam::111122223333:role/runner" }',
      }));
    },
  ),
  rule('a database has a break-glass login', ['breakGlass', 'database'], ({ breakGlass, database }) =>
    database === undefined || breakGlass.database !== undefined
      ? []
      : [
          {
            code: 'inventory-break-glass-missing',
            path: ['breakGlass'],
            detail: 'after revoked/admins nobody but the runner could reach the database',
            hint: 'add the login that stays sealed: breakGlass: { database: bg_sealed }',
          },
        ],
  ),
];

interface Carrier {
  readonly ownership: string;
  readonly others?: readonly string[] | undefined;
}

function contradictsOthers(carrier: Carrier | undefined, path: Finding['path']): readonly Finding[] {
  const others = carrier?.others ?? [];
  if (carrier?.ownership !== 'exclusive' || others.length === 0) return [];
  return [
    {
      code: 'inventory-ownership-contradiction',
      path: [...path, 'ownership'],
      detail: `it is exclusive and has other users: ${others.join(', ')}`,
      hint: 'write "ownership: shared", or remove "others" if nobody else uses it',
    },
  ];
}

const ownershipIsConsistent: readonly Rule[] = [
  rule('an exclusive carrier has no other users', ['database', 'identity'], ({ database, identity }) => [
    ...contradictsOthers(identity?.tenant, ['identity', 'tenant']),
    ...contradictsOthers(database?.instance, ['database', 'instance']),
  ]),
  rule('an exclusive instance holds no shared database', ['database'], ({ database }) =>
    database?.instance?.ownership === 'exclusive' && database.ownership === 'shared'
      ? [
          {
            code: 'inventory-ownership-contradiction',
            path: ['database', 'instance', 'ownership'],
            detail: `removing the instance would remove the shared database "${database.name}" with it`,
            hint: 'write "ownership: shared" for the instance too',
          },
        ]
      : [],
  ),
  rule("the database is not the server's own", ['database'], ({ database }) =>
    database !== undefined && ['postgres', 'template0', 'template1'].includes(database.name)
      ? [
          {
            code: 'inventory-wrong-value',
            path: ['database', 'name'],
            detail: `"${database.name}" belongs to the server: the runner connects to it and it is never removed`,
            hint: "name the CRM's own database",
          },
        ]
      : [],
  ),
];

const thereIsSomethingToTearDown = rule('there is something to tear down', memberSections, (inventory) =>
  inventory.database === undefined && inventory.objects.length === 0 && membersOf(inventory).size === 0
    ? [
        {
          code: 'inventory-nothing-to-tear-down',
          path: [],
          detail: 'there is no database, no identity connection or interface, and no object store',
          hint: 'describe at least one of: database, identity, objects',
        },
      ]
    : [],
);

/** The named rules of DESIGN section 3; each one looks at what the shape alone cannot say. */
export const rules: readonly Rule[] = [
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
  ...eachThingIsListedOnce,
  ...dataClassesMatch,
  ...carriersExist,
  ...entriesNameWhatTheyClose,
  ...runnerAndBreakGlassStay,
  ...ownershipIsConsistent,
  sharedCutsExist,
  sharedBucketsHaveAPrefix,
  ...databaseRules,
  ...identityRules,
  ...operatorRules,
  mergesAreNeighbours,
  aWaveIsMergedOnce,
  thereIsSomethingToTearDown,
];
