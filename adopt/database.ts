import type { DatabaseFacts, GrantFacts, RoleFacts } from '../connectors/index.ts';
import type { Problem } from '../diagnostics/index.ts';
import {
  type DatabaseModule,
  databaseModules,
  grantedModules,
  type FormerResource,
  type Inventory,
} from '../inventory/index.ts';
import { captureAccess } from './database-access.ts';
import { found, type Findings, gather, merge, missing, wrong } from './findings.ts';
import type { LiveCrm, LiveServer } from './live.ts';
import { problems } from './problems.ts';

type Database = NonNullable<Inventory['database']>;

/** The database, the group roles and grants of the modules, and every login the inventory lists. */
export async function captureDatabase(
  inventory: Inventory,
  database: Database,
  live: LiveCrm,
): Promise<Findings> {
  const server = live.server(database.credentials);
  const { populations, services, integrations, operators, breakGlass } = inventory;
  const modules = databaseModules(inventory.modules);
  const logins = [
    ...[...services, ...integrations, ...operators].flatMap(({ login }) => login ?? []),
    ...populations.flatMap((population) => population.logins),
  ];
  const roles = [...modules.map(({ role }) => role), ...logins];
  const facts = await server.database(database.name);
  return gather([
    () => Promise.resolve(databaseFindings(database.name, facts)),
    () => rolesFindings([...new Set(roles)], server),
    () => breakGlassFindings(breakGlass.database, server),
    ...(facts
      ? [
          () => grantsFindings(grantedModules(inventory), database.name, server),
          () => captureAccess(inventory, database, logins, server),
        ]
      : []),
  ]);
}

function databaseFindings(name: string, facts: DatabaseFacts | undefined): Findings {
  if (facts === undefined) return missing(`database ${name}`, 'on the server');
  return found({
    database: {
      type: 'postgresql:index/database:Database',
      importId: name,
      inputs: databaseInputs(name, facts),
    },
  });
}

/** All arguments that replace the database are given, so that no default of the provider can ever drop it. */
function databaseInputs(name: string, facts: DatabaseFacts): FormerResource['inputs'] {
  const { owner, connectionLimit, allowConnections, isTemplate, tablespaceName } = facts;
  const { encoding, lcCollate, lcCtype } = facts;
  const settings = { owner, connectionLimit, allowConnections, isTemplate, tablespaceName };
  return { name, ...settings, encoding, lcCollate, lcCtype };
}

async function rolesFindings(names: readonly string[], server: LiveServer): Promise<Findings> {
  const roles = await server.roles(names);
  return merge(names.map((name) => roleFindings(name, roles.get(name))));
}

function roleFindings(name: string, facts: RoleFacts | undefined): Findings {
  if (facts === undefined) return missing(`role ${name}`, 'on the server');
  const type = 'postgresql:index/role:Role';
  const settings = found({ [`role:${name}`]: { type, importId: name, inputs: roleInputs(name, facts) } });
  const handedOn = facts.adminOf.map((group) => adminOption(name, group));
  return merge([settings, wrong(...handedOn, ...unreadable(name, facts))]);
}

function unreadable(role: string, { parameters }: RoleFacts): readonly Problem[] {
  return Object.keys(timeoutArguments)
    .filter((parameter) => !/^\d*$/.test(parameters[parameter] ?? ''))
    .map((parameter) =>
      problems('capture-role-parameter', {
        detail: `${role} has ${parameter}=${parameters[parameter] ?? ''}; the provider reads milliseconds without a unit only`,
        hint: `ALTER ROLE "${role}" SET ${parameter} = ... (a number of milliseconds)`,
      }),
    );
}

/** `roles` is complete: any update of a role takes all its memberships away and grants these again. */
export function roleInputs(name: string, facts: RoleFacts): FormerResource['inputs'] {
  const { adminOf, searchPath, parameters, ...asTheyAre } = facts;
  return {
    name,
    ...asTheyAre,
    ...(searchPath.length > 0 && { searchPaths: searchPath }),
    ...timeouts(parameters),
    ...(parameters.role !== undefined && { assumeRole: parameters.role }),
  };
}

/** The provider reads and writes numbers of milliseconds only. */
function timeouts(parameters: RoleFacts['parameters']): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(timeoutArguments)
      .map(([parameter, argument]) => [argument, Number(parameters[parameter] ?? 0)] as const)
      .filter(([, value]) => value !== 0),
  );
}

const timeoutArguments = {
  statement_timeout: 'statementTimeout',
  idle_in_transaction_session_timeout: 'idleInTransactionSessionTimeout',
} as const;

function adminOption(role: string, group: string): Problem {
  return problems('capture-admin-option', {
    detail: `${role} is a member of ${group} WITH ADMIN OPTION, which any change of the role would lose for ever`,
    hint: `REVOKE ADMIN OPTION FOR "${group}" FROM "${role}"`,
  });
}

async function breakGlassFindings(login: string | undefined, server: LiveServer): Promise<Findings> {
  if (login === undefined) return found({});
  const facts = (await server.roles([login])).get(login);
  if (facts?.login) return found({});
  const detail = `${login} ${facts === undefined ? 'is not on the server' : 'may not log in'}`;
  const hint =
    facts === undefined ? `CREATE ROLE "${login}" LOGIN PASSWORD '...'` : `ALTER ROLE "${login}" LOGIN`;
  return wrong(problems('capture-break-glass-unusable', { detail, hint }));
}

async function grantsFindings(
  modules: readonly DatabaseModule[],
  database: string,
  server: LiveServer,
): Promise<Findings> {
  const grants = await server.grants(database, modules);
  return merge(modules.map((module, i) => grantFindings(database, module, grants[i])));
}

function grantFindings(
  database: string,
  { role, schema }: DatabaseModule,
  facts: GrantFacts | undefined,
): Findings {
  if (facts === undefined) return missing(`schema ${schema} with role ${role}`, `in database ${database}`);
  const settings = found({
    [`grant:${role}`]: {
      type: 'postgresql:index/grant:Grant',
      inputs: { role, database, schema, objectType: 'table', objects: [], privileges: facts.privileges },
    },
  });
  return merge([settings, wrong(...grantProblems(`${role} in schema ${schema}`, facts))]);
}

/** A whole-schema grant is taken over by REVOKE ALL and GRANT: what is not the same everywhere would be changed by it. */
function grantProblems(where: string, { uniform, grantable }: GrantFacts): readonly Problem[] {
  const uneven = problems('capture-grants-not-uniform', {
    detail: `${where}: the rights differ between tables, or single columns have rights of their own`,
    hint: 'grant the same rights on all tables of the schema, or split the module into schemas of their own',
  });
  const handedOn = problems('capture-grant-option', {
    detail: `${where}: at least one right is held WITH GRANT OPTION, which a whole-schema grant would lose`,
    hint: 'REVOKE GRANT OPTION FOR ALL PRIVILEGES ON ALL TABLES IN SCHEMA ... FROM ...',
  });
  return [...(uniform ? [] : [uneven]), ...(grantable ? [handedOn] : [])];
}
