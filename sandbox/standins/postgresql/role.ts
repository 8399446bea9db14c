import { canonical } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { lockRole, name, type Server, type Session, text } from './server.ts';

const flag = { kind: 'boolean', default: false } as const;

/** No password: it would be a secret in state. */
export const roleArguments: Arguments = {
  name: { kind: 'string', required: true },
  login: flag,
  superuser: flag,
  createDatabase: flag,
  createRole: flag,
  inherit: { kind: 'boolean', default: true },
  replication: flag,
  bypassRowLevelSecurity: flag,
  connectionLimit: { kind: 'number', default: -1, refuse: (value) => atLeast(-1, value) },
  validUntil: { kind: 'string', default: 'infinity' },
  roles: { kind: 'set' },
  searchPaths: { kind: 'list' },
  statementTimeout: { kind: 'number', refuse: (value) => atLeast(0, value) },
  idleInTransactionSessionTimeout: { kind: 'number', refuse: (value) => atLeast(0, value) },
  assumeRole: { kind: 'string' },
  skipReassignOwned: flag,
  skipDropRole: flag,
};

function atLeast(least: number, value: unknown): string | undefined {
  return Number.isInteger(value) && (value as number) >= least
    ? undefined
    : `must be a number from ${least} on`;
}

/** Argument -> keyword of ALTER ROLE; the keyword with NO in front is its opposite. */
const keywords = {
  bypassRowLevelSecurity: 'BYPASSRLS',
  createDatabase: 'CREATEDB',
  createRole: 'CREATEROLE',
  inherit: 'INHERIT',
  login: 'LOGIN',
  replication: 'REPLICATION',
  superuser: 'SUPERUSER',
} as const;

/** Argument -> run-time parameter that is set on the role. */
const parameters = {
  statementTimeout: 'statement_timeout',
  idleInTransactionSessionTimeout: 'idle_in_transaction_session_timeout',
  assumeRole: 'role',
} as const;

export function roleHandler(server: () => Server): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(roleArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(roleArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      await server().transaction(`creating role ${String(inputs.name)}`, (session) =>
        create(session, inputs),
      );
      return { id: String(inputs.name), outputs: await existing(server(), inputs, inputs) };
    },
    read: async (old) => {
      const outputs = await outputsOf(server(), old.outputs.name ?? old.id, old.outputs);
      if (!outputs) return undefined;
      return { id: String(outputs.name), inputs: inputsFrom(roleArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(roleArguments, news, old);
      await server().transaction(`updating role ${String(news.name)}`, (session) =>
        update(session, news, old),
      );
      return existing(server(), news, news);
    },
    delete: (old) =>
      server().transaction(`deleting role ${String(old.outputs.name)}`, (session) =>
        remove(session, old, server().user),
      ),
  };
}

async function create(session: Session, inputs: Properties): Promise<void> {
  const options = Object.entries(keywords).map(([argument, keyword]) => sign(inputs[argument], keyword));
  options.push(
    `CONNECTION LIMIT ${Number(inputs.connectionLimit)}`,
    `VALID UNTIL ${text(inputs.validUntil)}`,
  );
  await session.rows(`CREATE ROLE ${name(inputs.name)} WITH ${options.join(' ')}`);
  await grantRoles(session, inputs);
  await setSearchPath(session, inputs);
  for (const argument of parameterNames) await setParameter(session, inputs, argument);
}

/**
 * In the order and with the side effects of the real provider: whatever changed, all live memberships are
 * revoked and only those in `roles` come back, without ADMIN OPTION; a rename clears the password.
 */
async function update(session: Session, news: Properties, old: State): Promise<void> {
  const changed = (argument: string): boolean =>
    canonical(news[argument] ?? null) !== canonical(old.outputs[argument] ?? null);
  await lockRole(session, old.outputs.name);
  const role = name(news.name);
  if (changed('name')) {
    await session.rows(`ALTER ROLE ${name(old.outputs.name)} RENAME TO ${role}`);
    await session.rows(`ALTER ROLE ${role} PASSWORD ''`);
  }
  for (const [argument, keyword] of Object.entries(keywords)) {
    if (changed(argument)) await session.rows(`ALTER ROLE ${role} WITH ${sign(news[argument], keyword)}`);
  }
  if (changed('connectionLimit')) {
    await session.rows(`ALTER ROLE ${role} CONNECTION LIMIT ${Number(news.connectionLimit)}`);
  }
  if (changed('validUntil') && news.validUntil !== '') {
    await session.rows(`ALTER ROLE ${role} VALID UNTIL ${text(news.validUntil)}`);
  }
  await revokeRoles(session, news);
  await grantRoles(session, news);
  await setSearchPath(session, news);
  for (const argument of parameterNames) {
    if (changed(argument)) await setParameter(session, news, argument);
  }
}

const parameterNames = Object.keys(parameters) as (keyof typeof parameters)[];

function sign(value: unknown, keyword: string): string {
  return value === true ? keyword : `NO${keyword}`;
}

async function revokeRoles(session: Session, news: Properties): Promise<void> {
  const live = await session.rows(
    `SELECT pg_get_userbyid(roleid) AS granted FROM pg_auth_members
       JOIN pg_roles ON member = pg_roles.oid WHERE rolname = $1`,
    [news.name],
  );
  for (const { granted } of live) await session.rows(`REVOKE ${name(granted)} FROM ${name(news.name)}`);
}

async function grantRoles(session: Session, news: Properties): Promise<void> {
  for (const role of listed(news.roles)) await session.rows(`GRANT ${name(role)} TO ${name(news.name)}`);
}

/** Runs at every update: without `searchPaths` the role's own search path goes. */
async function setSearchPath(session: Session, news: Properties): Promise<void> {
  const paths = listed(news.searchPaths).map(name).join(', ') || 'DEFAULT';
  await session.rows(`ALTER ROLE ${name(news.name)} SET search_path TO ${paths}`);
}

async function setParameter(
  session: Session,
  news: Properties,
  argument: keyof typeof parameters,
): Promise<void> {
  const value = news[argument];
  const role = name(news.name);
  const parameter = parameters[argument];
  if (value === undefined || value === 0 || value === '') {
    await session.rows(`ALTER ROLE ${role} RESET ${parameter}`);
  } else {
    await session.rows(`ALTER ROLE ${role} SET ${parameter} TO ${text(value)}`);
  }
}

/** In the connection's database only: what the role owns elsewhere makes DROP ROLE fail. */
async function remove(session: Session, old: State, user: string): Promise<void> {
  const role = old.outputs.name;
  await lockRole(session, role);
  if (old.outputs.skipReassignOwned !== true) {
    await session.rows(`REASSIGN OWNED BY ${name(role)} TO ${name(user)}`);
    // Drops the rights granted TO the role, too.
    await session.rows(`DROP OWNED BY ${name(role)}`);
  }
  if (old.outputs.skipDropRole !== true) await session.rows(`DROP ROLE ${name(role)}`);
}

async function existing(server: Server, news: Properties, kept: Properties): Promise<Properties> {
  const outputs = await outputsOf(server, news.name, kept);
  if (!outputs) throw new Error(`role ${String(news.name)} vanished while it was worked on`);
  return outputs;
}

/** `kept`: where the arguments that live in state only come from. */
async function outputsOf(server: Server, role: unknown, kept: Properties): Promise<Properties | undefined> {
  const [row] = await server.session(`reading role ${String(role)}`, (session) =>
    session.rows(
      `SELECT rolname AS "name", rolcanlogin AS "login", rolsuper AS "superuser",
              rolcreatedb AS "createDatabase", rolcreaterole AS "createRole", rolinherit AS "inherit",
              rolreplication AS "replication", rolbypassrls AS "bypassRowLevelSecurity",
              rolconnlimit AS "connectionLimit", COALESCE(rolvaliduntil::text, 'infinity') AS "validUntil",
              ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid
                    ORDER BY 1) AS "roles",
              COALESCE(rolconfig, '{}') AS "settings"
         FROM pg_roles WHERE rolname = $1`,
      [role],
    ),
  );
  if (!row) return undefined;
  const { settings, ...live } = row;
  return {
    ...live,
    ...configured(settings as readonly string[]),
    skipReassignOwned: kept.skipReassignOwned ?? false,
    skipDropRole: kept.skipDropRole ?? false,
  };
}

function configured(settings: readonly string[]): Properties {
  const value = (parameter: string): string | undefined =>
    settings.find((setting) => setting.startsWith(`${parameter}=`))?.slice(parameter.length + 1);
  const paths = value('search_path');
  return {
    searchPaths: paths === undefined ? [] : paths.split(', ').map((path) => path.replace(/^"|"$/g, '')),
    statementTimeout: milliseconds(value(parameters.statementTimeout)),
    idleInTransactionSessionTimeout: milliseconds(value(parameters.idleInTransactionSessionTimeout)),
    assumeRole: value(parameters.assumeRole) ?? '',
  };
}

/** The real provider cannot read `5s` either. */
function milliseconds(value: string | undefined): number {
  const number = Number(value ?? 0);
  if (!Number.isInteger(number))
    throw new Error(`a timeout of the role is "${String(value)}", not a number of milliseconds`);
  return number;
}

function listed(value: unknown): readonly string[] {
  return (value ?? []) as readonly string[];
}
