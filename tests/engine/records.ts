/** What the engine tests compare and disturb: the records of a system, its database behind the stack's back. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import { isKind, type LedgerEntry, openStore, withdraw } from '../../evidence/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import type { Standing } from '../../cli/standing.ts';
import { ask, follow } from '../../sandbox/crash/follow.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { inDatabase } from '../../sandbox/database-picture.ts';
import { positionOf, storeOf, type System, worldOf } from './system.ts';

type Document = Record<string, unknown>;

/** The inventory without some of its sections. */
export function without(inventory: Document, ...sections: readonly string[]): Document {
  return Object.fromEntries(Object.entries(inventory).filter(([name]) => !sections.includes(name)));
}

/** The database and the bucket, without RDS and Auth0. */
export function databaseAndBucket(inventory: Document): Document {
  const database = { ...without(inventory.database as Document, 'instance'), kind: 'postgresql' };
  return { ...without(inventory, 'interfaces', 'identity', 'integrations', 'operators'), database };
}

/** Waves taken together, so that a walk is shorter; of the waves of a group the last gives the step its name. */
export function merged(...groups: readonly (readonly string[])[]) {
  return (inventory: Document): Document => ({ ...inventory, together: groups });
}

/** One line for tests: what a run printed. */
export function textOf({ stdout, stderr }: PulumiResult): string {
  return `${stdout}\n${stderr}`;
}

/** The same command again brings the step to its end, in its first attempt. */
export async function finishes(system: System): Promise<void> {
  const run = await system.pulumi.up(['--skip-preview']);
  expect(textOf(run)).not.toContain('error:');
  expect(run.exitCode).toBe(0);
  expect(await positionOf(system)).toMatchObject({ reached: true, attempt: 1 });
}

/** URNs by the end of the resource's name; components are left out. */
export async function urnsOf({ pulumi }: System): Promise<(name: string) => string> {
  const { resources } = await pulumi.state();
  return (name) => {
    const found = resources.find(({ urn, custom }) => custom && urn.endsWith(`::${name}`));
    if (!found) throw new Error(`the state has no ${name}`);
    return found.urn;
  };
}

/** The engine's own file of the stack. */
export function stateFile({ sandbox, name }: Pick<System, 'sandbox' | 'name'>): string {
  return join(sandbox.directory, 'state', '.pulumi', 'stacks', 'crm-teardown', `${name}.json`);
}

/** Puts an older state back and leaves the ledger as it is: what a killed engine leaves behind. */
export function keepState(system: System): { readonly back: () => void } {
  const copy = join(system.sandbox.directory, `${system.name}-state-${Date.now()}.json`);
  copyFileSync(stateFile(system), copy);
  return {
    back: () => {
      copyFileSync(copy, stateFile(system));
    },
  };
}

export async function entriesOf(system: Pick<System, 'loaded'>): Promise<readonly LedgerEntry[]> {
  const store = await openStore(system.loaded.evidenceStore, { mode: 'read' });
  return (await store.ledger()).entries;
}

/** World, ledger and resources in the state: equal before and after means that nothing was changed. */
export async function everythingOf(system: System): Promise<unknown> {
  const { checkpoint } = JSON.parse(readFileSync(stateFile(system), 'utf8')) as {
    checkpoint: { latest?: { resources?: unknown } };
  };
  return {
    world: await worldOf(system),
    ledger: await entriesOf(system),
    resources: checkpoint.latest?.resources ?? [],
  };
}

/** As before, but for refusals in the ledger, which are entered by design. */
export async function allButRefusals(system: System): Promise<unknown> {
  const all = (await everythingOf(system)) as { ledger: readonly LedgerEntry[] };
  return { ...all, ledger: all.ledger.filter((entry) => !isKind('refusal')(entry)).map(({ body }) => body) };
}

export async function withdrawApproval(system: System, step: Step, attempt: number): Promise<void> {
  const store = await storeOf(system);
  for (const { body } of (await store.ledger()).approvals(step, attempt))
    await withdraw({ store, attestation: body.attestation, reason: 'a doubt' });
}

/** A statement of the runner in the system's own database; the connection stays open until `close`. */
export async function session({ world }: System): Promise<{
  readonly query: (statement: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}> {
  const url = inDatabase(world.environment.CRM_DATABASE_URL, world.names.database);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await within('15 seconds', 'connecting', client.connect());
  return {
    query: (statement) => within('1 minute', 'a statement', client.query(statement)),
    close: () => client.end(),
  };
}

export async function sql(system: System, statement: string): Promise<void> {
  const { query, close } = await session(system);
  await query(statement).finally(close);
}

/** Name of a database on the same server that belongs to somebody else. */
export function neighbourOf({ world }: System): string {
  return `shop_${world.names.database}`;
}

/** Can somebody work in that database? */
export async function answers({ world }: System, database: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: inDatabase(world.environment.CRM_DATABASE_URL, database),
  });
  await within('15 seconds', 'connecting', client.connect());
  const { rowCount } = await within('15 seconds', 'a statement', client.query('SELECT 1'));
  await client.end();
  return rowCount === 1;
}

/** Every GRANT and REVOKE in the database whose text has `match` runs `statement` first: to fail, or to take its time. */
export async function beforeGrants(system: System, match: string, statement: string): Promise<void> {
  await sql(
    system,
    `CREATE OR REPLACE FUNCTION public.disturb() RETURNS event_trigger LANGUAGE plpgsql AS $$
     BEGIN IF current_query() LIKE '%${match}%' THEN ${statement}; END IF; END $$;
     DROP EVENT TRIGGER IF EXISTS disturb;
     CREATE EVENT TRIGGER disturb ON ddl_command_start WHEN TAG IN ('GRANT', 'REVOKE')
       EXECUTE FUNCTION public.disturb();`,
  );
}

/** Starts an update of an approved step and returns when it is in the middle: the first GRANT or REVOKE is under way and takes its time. */
export async function inTheMiddle(
  system: System,
  seconds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ReturnType<System['pulumi']['start']>> {
  await sql(system, 'DROP SEQUENCE IF EXISTS public.turn; CREATE SEQUENCE public.turn');
  const once = `IF nextval('public.turn') = 1 THEN PERFORM pg_sleep(${seconds}); END IF`;
  await beforeGrants(system, 'ON', once);
  const running = system.pulumi.start('up', ['--skip-preview'], { env });
  const waiting = (async () => {
    while (!(await isGranting(system))) await sleep(50);
  })();
  await within('2 minutes', 'an update in the middle', waiting);
  return running;
}

/** As `inTheMiddle`, for as long as it takes: the first GRANT or REVOKE waits until it is let go. */
export async function heldUp(
  system: System,
): Promise<{ readonly running: ReturnType<System['pulumi']['start']>; readonly letGo: () => Promise<void> }> {
  const holder = await session(system);
  await holder.query('SELECT pg_advisory_lock(1)');
  await beforeGrants(system, 'ON', 'PERFORM pg_advisory_lock_shared(1)');
  const running = system.pulumi.start('up', ['--skip-preview']);
  const waiting = (async () => {
    const count = `SELECT 1/count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()`;
    while (!(await succeeds(system, count))) await sleep(50);
  })();
  await within('2 minutes', 'an update that is held up', waiting);
  const letGo = async (): Promise<void> => {
    await holder.close();
    await running.result;
    await undisturbed(system);
  };
  return { running, letGo };
}

async function isGranting(system: System): Promise<boolean> {
  const count = `SELECT 1/count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
  return succeeds(system, count);
}

function succeeds(system: System, statement: string): Promise<boolean> {
  return sql(system, statement).then(
    () => true,
    () => false,
  );
}

export async function undisturbed(system: System): Promise<void> {
  await sql(
    system,
    'DROP EVENT TRIGGER IF EXISTS disturb; DROP FUNCTION IF EXISTS public.disturb(); DROP SEQUENCE IF EXISTS public.turn',
  );
}

/** What `teardown status` answers. */
export async function statusOf({ pulumi, sandbox }: Pick<System, 'pulumi' | 'sandbox'>): Promise<Standing> {
  return JSON.parse(await ask(['status', '--json'], { pulumi, env: sandbox.env })) as Standing;
}

/** Does what `teardown status` says, until `isThere` or until it says nothing more; all that it said. */
export async function advised(
  system: Pick<System, 'pulumi' | 'sandbox'>,
  isThere: () => Promise<boolean>,
): Promise<readonly string[]> {
  const seat = { pulumi: system.pulumi, env: system.sandbox.env };
  const said: string[] = [];
  while (said.length < 8) {
    const { command } = await statusOf(system);
    if (command === null) return said;
    said.push(command);
    const run = await (await follow(command, seat, ['--skip-preview']))?.result;
    if (run && run.exitCode !== 0) throw new Error(textOf(run));
    if (await isThere()) return said;
  }
  throw new Error(`does not arrive: ${said.join(' | ')}`);
}

/** One part of a story that is told in order (tests of a file are shuffled). An error says in which part it happened. */
export async function part(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
