import type { AccessPicture, Database, Left } from '../connectors/index.ts';
import { TeardownError } from '../diagnostics/index.ts';
import { broughtUp } from './access-former.ts';
import { type AccessInputs, differences, forgotten, inputsSchema } from './access-inputs.ts';
import { desiredAccess } from './access-rules.ts';
import { endSessions, losers } from './access-sessions.ts';
import { accessStatements, sqlName } from './access-statements.ts';
import { checkOf } from './inputs.ts';
import { problems } from './problems.ts';
import type { Call, Properties, ResourceHandler } from './protocol.ts';

/** What the handler needs of the connectors, loaded at the first look. */
export type AccessConnectors = Pick<
  typeof import('../connectors/index.ts'),
  'changeDatabase' | 'readAccess' | 'readLeft' | 'withDatabase'
>;

/**
 * DatabaseAccess: who may do what in one database. Create and Update reach it in one transaction, end the sessions of those who
 * are locked, and read everything back with the server's own judgement: what is left fails the step by name. Both can be run again
 * after a crash at any point. Delete changes nothing: rights end with the database.
 */
export function databaseAccess(load: () => Promise<AccessConnectors>): ResourceHandler {
  const reach = async (news: Properties, call: Call): Promise<Properties> => {
    const inputs = inputsSchema.parse(news);
    const connectors = await load();
    if (call.preview) await announce(connectors, inputs, call);
    else await apply(connectors, inputs, call);
    return { ...news, left: [], open: 0 };
  };
  return {
    check: checkOf(inputsSchema),
    diff(news, old) {
      const inputs = inputsSchema.parse(news);
      const unnamed = forgotten(inputs, old.inputs);
      if (unnamed.length > 0) return Promise.reject(cutForgotten(inputs.database, unnamed));
      return Promise.resolve(differences(news, old.inputs, old.outputs));
    },
    create: async (inputs, call) => ({ id: String(inputs.database), outputs: await reach(inputs, call) }),
    async read(old) {
      const parsed = inputsSchema.safeParse(old.inputs);
      if (!parsed.success) throw new Error('an access of a database cannot be imported');
      const found = await look(await load(), parsed.data);
      return found && { ...old, outputs: { ...old.outputs, ...found } };
    },
    update: (news, _old, call) => reach(news, call),
    delete: () => Promise.resolve(),
  };
}

interface Plan {
  readonly live: AccessPicture;
  readonly former: AccessPicture;
  readonly desired: AccessPicture;
  readonly statements: readonly string[];
}

async function planned(
  { readAccess }: AccessConnectors,
  { former, cuts, exempt }: AccessInputs,
  session: Database,
): Promise<Plan> {
  const live = await readAccess(session);
  const cut = [former.runner, live.runner].find((runner) => runner in cuts.logins);
  if (cut !== undefined) throw runnerCut(cut);
  const now = broughtUp(former, live);
  const desired = desiredAccess(now, cuts, [...exempt, live.runner]);
  return { live, former: now, desired, statements: accessStatements(live, desired) };
}

/** A reviewer sees how much will change; the cuts themselves are in the diff. */
async function announce(connectors: AccessConnectors, inputs: AccessInputs, call: Call): Promise<void> {
  const { credentials, database } = inputs;
  const plan = await connectors.withDatabase(credentials, database, (session) =>
    planned(connectors, inputs, session),
  );
  if (!plan) throw gone(database);
  if (plan.statements.length > 0)
    await call.log('info', `${database}: ${plan.statements.length} changes of rights, owners and roles`);
}

async function apply(connectors: AccessConnectors, inputs: AccessInputs, call: Call): Promise<void> {
  const { credentials, database, cuts, exempt } = inputs;
  const plan = await connectors.changeDatabase(credentials, database, async (session) => {
    const found = await planned(connectors, inputs, session);
    for (const statement of [...found.statements, ...farewells(inputs, found.live)]) {
      await session.query(statement);
    }
    return found;
  });
  if (!plan) throw gone(database);
  const locked = Object.keys(cuts.logins).filter((name) => cuts.logins[name] !== 'as before');
  const ending = { locked, losers: losers(plan.former, plan.desired, [...exempt, plan.live.runner]) };
  const found = await connectors
    .withDatabase(credentials, database, (session) => endSessions(session, ending))
    .then(() => look(connectors, inputs))
    .catch((error: unknown) => {
      throw afterCommit(error, plan.statements.length);
    });
  if (!found) throw gone(database);
  if (found.left.length > 0 || found.open > 0) throw leftOver(database, found);
  await call.log('info', `${database}: ${plan.statements.length} changes made and read back`, true);
}

/** Whoever reads why the end was not seen has to know that the rights have changed. */
function afterCommit(error: unknown, changes: number): unknown {
  if (!(error instanceof TeardownError)) return error;
  const [first, ...rest] = error.problems;
  const detail = `${first.detail}; ${changes} changes of rights are made, and were not read back`;
  return new TeardownError([{ ...first, detail }, ...rest], { cause: error });
}

/** Of a login that is removed nothing may be left in the database, or the server keeps the role. */
function farewells({ cuts }: AccessInputs, { roles, runner }: AccessPicture): readonly string[] {
  return Object.keys(cuts.logins)
    .filter((name) => cuts.logins[name] === 'removed' && name in roles)
    .flatMap((name) => [
      `REASSIGN OWNED BY ${sqlName(name)} TO ${sqlName(runner)}`,
      `DROP OWNED BY ${sqlName(name)}`,
    ]);
}

interface Found {
  readonly left: readonly Left[];
  /** Changes that lead from what is live to what should be. */
  readonly open: number;
}

async function look(connectors: AccessConnectors, inputs: AccessInputs): Promise<Found | undefined> {
  const { credentials, database, cuts, exempt, outOfReach } = inputs;
  const spared = [...exempt, ...outOfReach];
  return connectors.withDatabase(credentials, database, async (session) => ({
    left: await connectors.readLeft(session, { cuts, spared }),
    open: (await planned(connectors, inputs, session)).statements.length,
  }));
}

function gone(database: string): TeardownError {
  const hint = 'teardown status';
  return new TeardownError(problems('database-access-gone', { detail: `database ${database}`, hint }));
}

function runnerCut(name: string): TeardownError {
  const detail = `${name} is the login of this run and is listed to be cut`;
  const hint = 'give the runner a login of its own, or take this one out of the inventory';
  return new TeardownError(problems('database-access-runner-cut', { detail, hint }));
}

function cutForgotten(database: string, paths: readonly string[]): TeardownError {
  const detail = `${database}: ${paths.join(', ')} was cut and is not named any more`;
  const hint = 'put it back into the inventory: git diff';
  return new TeardownError(problems('database-access-forgotten', { detail, hint }));
}

function leftOver(database: string, { left, open }: Found): TeardownError {
  const said = left.map(({ says }) => says);
  const rest = said.length > 0 ? said.join('; ') : `${open} changes did not take effect`;
  return new TeardownError(
    problems('database-access-left', { detail: `${database}: ${rest}`, hint: 'pulumi up' }),
  );
}
