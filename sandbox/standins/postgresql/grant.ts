import { TeardownError } from '../../../diagnostics/index.ts';
import { type Properties, type ResourceHandler, unknown } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { problems } from '../problems.ts';
import { lockRole, name, type Server, type Session } from './server.ts';

const allowed: Readonly<Record<string, readonly string[]>> = {
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  sequence: ['USAGE', 'SELECT', 'UPDATE'],
};

/** Accepted for tables; an older server refuses it itself. */
const sinceVersion17 = ['MAINTAIN'];

const kinds: Readonly<Record<string, string>> = { table: 'r', sequence: 'S' };

export const grantArguments: Arguments = {
  role: { kind: 'string', required: true, replaces: true },
  database: { kind: 'string', required: true, replaces: true },
  schema: { kind: 'string', required: true, replaces: true },
  objectType: {
    kind: 'string',
    required: true,
    replaces: true,
    refuse: (value) =>
      typeof value === 'string' && value in allowed
        ? undefined
        : `the stand-in knows ${Object.keys(allowed).join(' and ')}`,
  },
  objects: { kind: 'set', replaces: true },
  columns: {
    kind: 'set',
    replaces: true,
    refuse: (value) =>
      Array.isArray(value) && value.length === 0 ? undefined : 'the stand-in grants no columns',
  },
  privileges: { kind: 'set', required: true },
  withGrantOption: { kind: 'boolean', default: false, replaces: true },
};

export function grantHandler(server: () => Server): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkGrant(news)),
    diff: (news, old) =>
      Promise.resolve({ ...differenceOf(grantArguments, news, old), deleteBeforeReplace: true }),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      await apply(server(), inputs, inputs);
      return { id: idOf(inputs), outputs: await outputsOf(server(), inputs) };
    },
    read: async (old) => {
      if (isImport(old)) throw noImporter(old.id);
      if (!(await exists(server(), old.outputs))) return undefined;
      const outputs = await outputsOf(server(), old.outputs);
      return { id: idOf(outputs), inputs: inputsFrom(grantArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(grantArguments, news, old);
      await apply(server(), news, old.outputs);
      return outputsOf(server(), news);
    },
    delete: (old) => inSchema(server(), 'revoking', old.outputs, (session) => revoke(session, old.outputs)),
  };
}

function checkGrant(news: Properties): ReturnType<typeof checkArguments> {
  const { inputs, failures } = checkArguments(grantArguments, news);
  const possible = allowed[String(inputs.objectType)];
  if (failures.length > 0 || !possible) return { inputs, failures };
  // Unknown in a preview: the list as a whole or a part of it.
  const given = Array.isArray(inputs.privileges) ? (inputs.privileges as string[]) : [];
  const taken = [...possible, ...sinceVersion17, 'ALL', unknown];
  const strange = given.filter((privilege) => !taken.includes(privilege));
  const reason = `${strange.join(', ')} cannot be granted on a ${String(inputs.objectType)}`;
  return { inputs, failures: strange.length > 0 ? [{ property: 'privileges', reason }] : [] };
}

function noImporter(id: string): TeardownError {
  const detail = `postgresql:index/grant:Grant cannot be imported; asked for "${id}"`;
  const hint = 'declare it without `import`: its create revokes and grants again in one transaction';
  return new TeardownError(problems('standin-no-importer', { detail, hint }));
}

function idOf(grant: Properties): string {
  const parts = [grant.role, grant.database, grant.schema, grant.objectType, ...listed(grant.objects)];
  return parts.map(String).join('_');
}

/** One transaction, so that nobody sees the role without its rights in between. */
function apply(server: Server, news: Properties, before: Properties): Promise<void> {
  return inSchema(server, 'granting', news, async (session) => {
    await revoke(session, { ...news, objects: before.objects, privileges: before.privileges });
    if (listed(news.privileges).length === 0) return;
    const option = news.withGrantOption === true ? ' WITH GRANT OPTION' : '';
    await session.rows(
      `GRANT ${listed(news.privileges).join(', ')} ON ${targetOf(news)} TO ${grantee(news)}${option}`,
    );
  });
}

/**
 * Whole schema: everything goes. Listed objects: only the privileges that this resource names (on an update: the
 * ones in state), so what the role holds beyond them stays; with none named, everything on these objects goes.
 */
async function revoke(session: Session, grant: Properties): Promise<void> {
  const privileges = listed(grant.objects).length > 0 ? listed(grant.privileges).join(', ') : '';
  await session.rows(`REVOKE ${privileges || 'ALL PRIVILEGES'} ON ${targetOf(grant)} FROM ${grantee(grant)}`);
}

function targetOf(grant: Properties): string {
  const kind = String(grant.objectType).toUpperCase();
  const objects = listed(grant.objects);
  if (objects.length === 0) return `ALL ${kind}S IN SCHEMA ${name(grant.schema)}`;
  return `${kind} ${objects.map((object) => `${name(grant.schema)}.${name(object)}`).join(', ')}`;
}

function grantee(grant: Properties): string {
  return grant.role === 'public' ? 'PUBLIC' : name(grant.role);
}

function inSchema(
  server: Server,
  verb: string,
  grant: Properties,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const what = `${verb} rights of ${String(grant.role)} in ${String(grant.database)}.${String(grant.schema)}`;
  return server.transaction(
    what,
    async (session) => {
      await lockRole(session, grant.role);
      await work(session);
    },
    String(grant.database),
  );
}

async function exists(server: Server, grant: Properties): Promise<boolean> {
  const found = await server.session(`looking for ${idOf(grant)}`, (session) =>
    session.rows(
      `SELECT 1 FROM pg_database WHERE datname = $1
          AND ($2 = 'public' OR EXISTS (SELECT FROM pg_roles WHERE rolname = $2))`,
      [grant.database, grant.role],
    ),
  );
  if (found.length === 0) return false;
  const schemas = await server.session(
    `looking for schema ${String(grant.schema)}`,
    (session) => session.rows('SELECT 1 FROM pg_namespace WHERE nspname = $1', [grant.schema]),
    String(grant.database),
  );
  return schemas.length > 0;
}

/** The first object whose rights differ decides what is read; grantor and grant option are not looked at. */
async function outputsOf(server: Server, grant: Properties): Promise<Properties> {
  const rows = await server.session(
    `reading ${idOf(grant)}`,
    (session) =>
      session.rows(
        `SELECT relname AS object,
                ARRAY(SELECT DISTINCT privilege_type FROM aclexplode(relacl)
                       WHERE grantee = COALESCE((SELECT oid FROM pg_roles WHERE rolname = $1), 0)
                       ORDER BY 1) AS privileges
           FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
          WHERE nspname = $2 AND relkind = $3 ORDER BY 1`,
        [grant.role, grant.schema, kinds[String(grant.objectType)]],
      ),
    String(grant.database),
  );
  const objects = listed(grant.objects);
  const mismatch = rows
    .filter(({ object }) => objects.length === 0 || objects.includes(String(object)))
    .find(({ privileges }) => !holds(listed(privileges), grant));
  return { ...grant, privileges: mismatch ? mismatch.privileges : grant.privileges };
}

/** Exactly the privileges of the grant; ALL is whatever the server's version has beyond the usual ones, too. */
function holds(held: readonly string[], grant: Properties): boolean {
  const wanted = new Set(listed(grant.privileges));
  if (wanted.has('ALL'))
    return (allowed[String(grant.objectType)] ?? []).every((right) => held.includes(right));
  return held.length === wanted.size && held.every((right) => wanted.has(right));
}

function listed(value: unknown): readonly string[] {
  return (value ?? []) as readonly string[];
}
