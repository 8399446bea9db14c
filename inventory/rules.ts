import { databaseRules } from './database-rules.ts';
import { identityRules } from './identity-rules.ts';
import { loginSections, rolesOf } from './logins.ts';
import { memberSections, membersOf } from './members.ts';
import { aWaveIsMergedOnce, mergesAreNeighbours } from './merges.ts';
import { onceRules } from './once-rules.ts';
import { operatorRules } from './operator-rules.ts';
import { ownershipRules } from './ownership-rules.ts';
import { sharedBucketsHaveAPrefix, sharedCutsExist } from './shared.ts';
import { each, type Finding, type Located, type Rule, rule } from './rule.ts';
import type { Inventory } from './schema.ts';

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

/** The named rules; each one looks at what the shape alone cannot say. */
export const rules: readonly Rule[] = [
  ...onceRules,
  ...dataClassesMatch,
  ...carriersExist,
  ...entriesNameWhatTheyClose,
  ...runnerAndBreakGlassStay,
  ...ownershipRules,
  sharedCutsExist,
  sharedBucketsHaveAPrefix,
  ...databaseRules,
  ...identityRules,
  ...operatorRules,
  mergesAreNeighbours,
  aWaveIsMergedOnce,
  thereIsSomethingToTearDown,
];
