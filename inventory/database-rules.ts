import { eachOf, type Located, repeated, type Rule, rule } from './rule.ts';
import type { Module } from './schema.ts';

/** All columns that a module takes, each with its place. */
function columnsOf(modules: readonly Module[]): readonly Located[] {
  const columns = modules.map((module) => ({
    columns: module.enforcedBy === 'database-columns' ? module.columns : [],
  }));
  return eachOf(['modules'], columns, 'columns');
}

/** What holds of the cuts within a database. */
export const databaseRules: readonly Rule[] = [
  rule('columns live in a database', ['database', 'modules'], ({ database, modules }) =>
    database !== undefined
      ? []
      : columnsOf(modules)
          .slice(0, 1)
          .map(({ path }) => ({
            code: 'inventory-dangling-reference',
            path,
            detail: 'a module names columns, and the inventory describes no database',
            hint: 'describe the database, or remove the module',
          })),
  ),
  rule('a column belongs to one module', ['modules'], ({ modules }) =>
    repeated(columnsOf(modules)).map(({ text, path }) => ({
      code: 'inventory-used-twice',
      path,
      detail: `the column "${text}" is listed earlier too: it is taken with the first module that has it`,
      hint: 'list the column once, where it is cut first',
    })),
  ),
  rule(
    'what is out of reach is not listed to be cut',
    ['database', 'populations', 'integrations', 'services', 'operators'],
    ({ database, populations, integrations, services, operators }) => {
      const cut = [
        ...populations.flatMap(({ logins }) => logins),
        ...[...integrations, ...services, ...operators].flatMap(({ login }) => login ?? []),
      ];
      return (database?.outOfReach ?? []).flatMap(({ login }, i) =>
        cut.includes(login)
          ? [
              {
                code: 'inventory-ownership-contradiction' as const,
                path: ['database', 'outOfReach', i, 'login'],
                detail: `"${login}" is out of reach and is listed to be cut`,
                hint: 'keep it in one of the two places',
              },
            ]
          : [],
      );
    },
  ),
];
