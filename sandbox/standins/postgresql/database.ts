import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { name, type Server, type Session, text } from './server.ts';

const fixed = { kind: 'string', computed: true, replaces: true } as const;

export const databaseArguments: Arguments = {
  name: { kind: 'string', required: true },
  owner: { kind: 'string', computed: true },
  connectionLimit: { kind: 'number', default: -1 },
  allowConnections: { kind: 'boolean', default: true },
  isTemplate: { kind: 'boolean', computed: true },
  alterObjectOwnership: {
    kind: 'boolean',
    refuse: (value) => (value === true ? 'the stand-in does not hand over objects' : undefined),
  },
  tablespaceName: { kind: 'string', computed: true },
  // A change of these is a replacement: DROP DATABASE, no question asked.
  template: fixed,
  encoding: fixed,
  lcCollate: fixed,
  lcCtype: fixed,
};

export function databaseHandler(server: () => Server): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(databaseArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(databaseArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      await create(server(), inputs);
      return { id: String(inputs.name), outputs: await existing(server(), inputs) };
    },
    read: async (old) => {
      const outputs = await outputsOf(server(), old.outputs.name ?? old.id, old.outputs);
      if (!outputs) return undefined;
      return { id: String(outputs.name), inputs: inputsFrom(databaseArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(databaseArguments, news, old);
      const what = `updating database ${String(news.name)}`;
      await server().session(what, (session) => update(session, news, old));
      return existing(server(), { ...old.outputs, ...news });
    },
    delete: (old) => {
      const what = `deleting database ${String(old.outputs.name)}`;
      return server().session(what, (session) => remove(session, old));
    },
  };
}

async function create(server: Server, inputs: Properties): Promise<void> {
  const owner = (inputs.owner ?? server.user) as string;
  const options = [
    `OWNER ${name(owner)}`,
    `TEMPLATE ${name(inputs.template ?? 'template0')}`,
    `ENCODING ${text(inputs.encoding ?? 'UTF8')}`,
    ...(inputs.lcCollate === undefined ? [] : [`LC_COLLATE ${text(inputs.lcCollate)}`]),
    ...(inputs.lcCtype === undefined ? [] : [`LC_CTYPE ${text(inputs.lcCtype)}`]),
    ...(inputs.tablespaceName === undefined ? [] : [`TABLESPACE ${name(inputs.tablespaceName)}`]),
    `ALLOW_CONNECTIONS ${String(inputs.allowConnections)}`,
    `CONNECTION LIMIT ${Number(inputs.connectionLimit)}`,
    `IS_TEMPLATE ${String(inputs.isTemplate === true)}`,
  ];
  await server.session(`creating database ${String(inputs.name)}`, (session) =>
    session.rows(`CREATE DATABASE ${name(inputs.name)} ${options.join(' ')}`),
  );
}

/** One statement per changed argument, each on its own: a failure leaves what came before. */
async function update(session: Session, news: Properties, old: State): Promise<void> {
  const changed = (argument: string): boolean =>
    news[argument] !== undefined && news[argument] !== old.outputs[argument];
  if (changed('name')) {
    await session.rows(`ALTER DATABASE ${name(old.outputs.name)} RENAME TO ${name(news.name)}`);
  }
  const database = name(news.name);
  if (changed('owner')) {
    await session.rows(`ALTER DATABASE ${database} OWNER TO ${name(news.owner)}`);
  }
  if (changed('tablespaceName')) {
    await session.rows(`ALTER DATABASE ${database} SET TABLESPACE ${name(news.tablespaceName)}`);
  }
  if (changed('connectionLimit')) {
    await session.rows(`ALTER DATABASE ${database} CONNECTION LIMIT = ${Number(news.connectionLimit)}`);
  }
  if (changed('allowConnections')) {
    await session.rows(`ALTER DATABASE ${database} ALLOW_CONNECTIONS ${String(news.allowConnections)}`);
  }
  if (changed('isTemplate')) {
    await session.rows(`ALTER DATABASE ${database} IS_TEMPLATE ${String(news.isTemplate)}`);
  }
}

/**
 * Reads what it needs from state. Connections stay forbidden if the drop then fails (a prepared transaction, an
 * active slot, a subscription), and everybody in the database is thrown out before anybody knows.
 */
async function remove(session: Session, old: State): Promise<void> {
  const database = name(old.outputs.name);
  if (old.outputs.isTemplate === true) await session.rows(`ALTER DATABASE ${database} IS_TEMPLATE false`);
  await session.rows(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
  await session.rows(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [old.outputs.name],
  );
  await session.rows(`DROP DATABASE ${database} WITH (FORCE)`);
}

async function existing(server: Server, kept: Properties): Promise<Properties> {
  const outputs = await outputsOf(server, kept.name, kept);
  if (!outputs) throw new Error(`database ${String(kept.name)} vanished while it was worked on`);
  return outputs;
}

/** `kept.template`: a server does not remember it, so an imported database says `template0`. */
async function outputsOf(
  server: Server,
  database: unknown,
  kept: Properties,
): Promise<Properties | undefined> {
  const [row] = await server.session(`reading database ${String(database)}`, (session) =>
    session.rows(
      `SELECT datname AS "name", pg_get_userbyid(datdba)::text AS "owner", datconnlimit AS "connectionLimit",
              datallowconn AS "allowConnections", datistemplate AS "isTemplate", spcname AS "tablespaceName",
              pg_encoding_to_char(encoding)::text AS "encoding", datcollate AS "lcCollate", datctype AS "lcCtype"
         FROM pg_database JOIN pg_tablespace ON pg_tablespace.oid = dattablespace WHERE datname = $1`,
      [database],
    ),
  );
  return row ? { ...row, template: kept.template ?? 'template0' } : undefined;
}
