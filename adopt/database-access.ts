import type { AccessPicture, ServerPower } from '../connectors/index.ts';
import type { Json, Problem } from '../diagnostics/index.ts';
import { type Database, databaseModules, grantedModules, type Inventory } from '../inventory/index.ts';
import { found, type Findings, merge, missing, wrong } from './findings.ts';
import type { LiveServer } from './live.ts';
import { problems } from './problems.ts';

/**
 * Who may do what in the database, as it was. Refused: a database of a login, a runner that is to be cut, and everybody who could
 * read or write past all access lists and is no login of the system: no step could take that from them.
 */
export async function captureAccess(
  inventory: Pick<Inventory, 'breakGlass' | 'modules'>,
  database: Database,
  logins: readonly string[],
  server: LiveServer,
): Promise<Findings> {
  const { name, outOfReach } = database;
  const access = await server.access(name, logins);
  if (access === undefined) return found({});
  const { picture, powers } = access;
  const named = namedPlaces(inventory, database);
  const spared = [
    inventory.breakGlass.database ?? '',
    picture.runner,
    ...outOfReach.map(({ login }) => login),
  ];
  const type = 'teardown:index:DatabaseAccess';
  return merge([
    found({ 'database-access': { type, inputs: picture as unknown as Readonly<Record<string, Json>> } }),
    ...named
      .filter((place) => !isThere(picture, place))
      .map((place) => missing(place, `in database ${name}`)),
    wrong(
      ...runnerNamed(picture, logins),
      ...ownedByLogin(name, picture, spared),
      ...powers.flatMap((power) => beyondReach(power, { logins, spared })),
    ),
  ]);
}

function runnerNamed({ runner }: AccessPicture, logins: readonly string[]): readonly Problem[] {
  if (!logins.includes(runner)) return [];
  const detail = `${runner} is the login of the runner and is listed to be cut`;
  const hint = 'give the runner a login of its own';
  return [problems('capture-runner-cut', { detail, hint })];
}

/** Schemas, tables and columns that are treated by name, without those that are read for their grants. */
function namedPlaces({ modules }: Pick<Inventory, 'modules'>, database: Database): readonly string[] {
  const granted = grantedModules({ database, modules });
  return [
    ...modules.flatMap((module) => (module.enforcedBy === 'database-columns' ? module.columns : [])),
    ...database.readOnly.stillWritten.map(({ table }) => table),
    ...databaseModules(modules)
      .filter((module) => !granted.includes(module))
      .map(({ schema }) => schema),
  ];
}

function isThere({ objects }: AccessPicture, place: string): boolean {
  const [schema, table, column] = place.split('.');
  return objects.some(
    (object) =>
      object.schema === schema &&
      (table === undefined
        ? object.kind === 'schema'
        : object.kind === 'relation' &&
          object.name === table &&
          (column === undefined || object.columns.includes(column))),
  );
}

/** The owner of a database can drop it and let anybody in, and changing that is not ours to give back. */
function ownedByLogin(
  name: string,
  { objects, roles }: AccessPicture,
  spared: readonly string[],
): readonly Problem[] {
  const owner = objects.find(({ kind }) => kind === 'database')?.owner ?? '';
  if (roles[owner]?.login !== true || spared.includes(owner)) return [];
  const detail = `database ${name} belongs to the login ${owner}`;
  const hint = `CREATE ROLE "${name}_owner"; ALTER DATABASE "${name}" OWNER TO "${name}_owner"`;
  return [problems('capture-database-of-a-login', { detail, hint })];
}

/** A named login loses what it holds itself; through a group that others may use too, it cannot be taken. */
function beyondReach(
  { login, says, direct }: ServerPower,
  { logins, spared }: { readonly logins: readonly string[]; readonly spared: readonly string[] },
): readonly Problem[] {
  if (spared.includes(login) || (direct && logins.includes(login))) return [];
  const hint = logins.includes(login)
    ? 'make it a direct member, or take that membership away'
    : 'take that power away, list the login where it belongs, or name it under database.outOfReach with the reason';
  return [problems('capture-power-out-of-reach', { detail: `${login} ${says}`, hint })];
}
