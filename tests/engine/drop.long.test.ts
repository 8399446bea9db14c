/** R94: a run that is killed between a drop and the save of its state, and a drop that is cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import { follow } from '../../sandbox/crash/follow.ts';
import { databaseModules } from '../../inventory/index.ts';
import type { RunningPulumi } from '../../sandbox/pulumi.ts';
import { advised, part, statusOf, textOf } from './records.ts';
import { approveStep, databaseOnly, newSystem, positionOf, type System, walkTo, worldOf } from './system.ts';

const quickly = ['--skip-preview'];
const limit = 900_000;

interface Thing {
  readonly kind: 'DATABASE' | 'ROLE';
  readonly name: string;
}

/** A system at the step before its data go, and that step approved. */
async function beforeTheEnd(): Promise<System> {
  const system = await newSystem(databaseOnly);
  const { plan } = system.loaded;
  await walkTo(system, plan.at(-2) ?? 'active', quickly);
  await approveStep(system, 'destroyed/data');
  return system;
}

/** Starts an update whose drop of the thing waits, and hands over both; whatever happens, nothing waits afterwards. */
async function atTheDrop(
  system: System,
  { kind, name }: Thing,
  start: () => Promise<RunningPulumi | undefined>,
  work: (held: {
    readonly update: RunningPulumi;
    readonly admin: pg.Client;
    readonly letGo: () => Promise<unknown>;
  }) => Promise<void>,
): Promise<void> {
  const [holder, admin] = [await administrator(system), await administrator(system)];
  try {
    // A comment that is not committed yet holds off a drop, and nothing else.
    await holder.query(`BEGIN; COMMENT ON ${kind} "${name}" IS 'held'`);
    const update = await start();
    if (update === undefined) throw new Error('no update was started');
    await until('a drop that waits', () => waiting(admin, kind, name));
    await work({ update, admin, letGo: () => holder.query('ROLLBACK') });
  } finally {
    await holder.end();
    await admin.end();
  }
}

/** A session of the server's administrator, outside of the system's own database. */
async function administrator({ world }: System): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.environment.CRM_DATABASE_URL });
  client.on('error', () => undefined);
  await within('15 seconds', 'connecting', client.connect());
  return client;
}

async function waiting(admin: pg.Client, kind: Thing['kind'], name: string): Promise<boolean> {
  const { rowCount } = await admin.query(
    `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND starts_with(query, $1)`,
    [`DROP ${kind} "${name}"`],
  );
  return rowCount === 1;
}

async function isThere(admin: pg.Client, { kind, name }: Thing): Promise<boolean> {
  const [catalogue, column] = kind === 'ROLE' ? ['pg_roles', 'rolname'] : ['pg_database', 'datname'];
  const { rowCount } = await admin.query(`SELECT FROM ${catalogue} WHERE ${column} = $1`, [name]);
  return rowCount === 1;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const waiting = async (): Promise<void> => {
    while (!(await holds())) await sleep(20);
  };
  await within('3 minutes', what, waiting());
}

/** The engine is stopped while the drop is done, and never learns of it. */
async function killedAfterTheDrop(
  system: System,
  thing: Thing,
  start: () => Promise<RunningPulumi | undefined>,
): Promise<void> {
  await atTheDrop(system, thing, start, async ({ update, admin, letGo }) => {
    update.kill('SIGSTOP');
    await letGo();
    await until('the drop', async () => !(await isThere(admin, thing)));
    update.kill('SIGKILL');
    await update.result;
  });
}

function obey({ pulumi, sandbox }: System, command: string): Promise<RunningPulumi | undefined> {
  return follow(command, { pulumi, env: sandbox.env }, quickly);
}

/** Without what status says an update fails. */
async function failsOfItself(system: System, word: string): Promise<void> {
  const run = await system.pulumi.up(quickly);
  expect(run.exitCode).not.toBe(0);
  expect(textOf(run)).toContain(word);
}

/** Does what status says until nothing is left to do: then neither world nor state holds any of it, and an update is quiet. */
async function arrives(system: System): Promise<void> {
  await advised(system, () => Promise.resolve(false));
  expect(await positionOf(system)).toMatchObject({ step: 'destroyed/data', attempt: 1, reached: true });
  expect((await worldOf(system)).database.database).toBeNull();
  const { resources } = await system.pulumi.state();
  expect(resources.filter(({ type }) => type.startsWith('postgresql:'))).toEqual([]);
  const quiet = await system.pulumi.up(quickly);
  expect(quiet.exitCode).toBe(0);
}

describe('a killed drop', () => {
  it(
    'of a database, and then of a role, that the state does not know of: status leads over a refresh of just these',
    async () => {
      const system = await beforeTheEnd();
      const { database } = system.world.names;
      const [role] = databaseModules(system.loaded.inventory.modules);
      await part('the database', async () => {
        const start = () => Promise.resolve(system.pulumi.start('up', quickly));
        await killedAfterTheDrop(system, { kind: 'DATABASE', name: database }, start);
        expect((await statusOf(system)).command).toBe('teardown unlock');
        await obey(system, 'teardown unlock');
        await failsOfItself(system, 'does not exist');
      });
      await part('a role', async () => {
        const { command } = await statusOf(system);
        expect(command).toMatch(
          /^pulumi refresh --skip-pending-creates --target 'urn:[^']+::database' && pulumi up$/,
        );
        const start = () => obey(system, command ?? '');
        await killedAfterTheDrop(system, { kind: 'ROLE', name: role?.role ?? '' }, start);
        await obey(system, 'teardown unlock');
        await failsOfItself(system, 'does not exist');
        expect((await statusOf(system)).command).toMatch(
          /^pulumi refresh --skip-pending-creates --target 'urn:[^']+::role:/,
        );
        await arrives(system);
      });
    },
    limit,
  );

  it(
    'of a database that a killed server leaves invalid: status leads over a drop of it',
    async () => {
      const system = await beforeTheEnd();
      const { database } = system.world.names;
      const start = () => Promise.resolve(system.pulumi.start('up', quickly));
      await atTheDrop(
        system,
        { kind: 'DATABASE', name: database },
        start,
        async ({ update, admin, letGo }) => {
          await admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(query, 'DROP DATABASE')`,
          );
          expect((await update.result).exitCode).not.toBe(0);
          await letGo();
          // What the server notes before it takes the files away.
          await admin.query('UPDATE pg_database SET datconnlimit = -2 WHERE datname = $1', [database]);
        },
      );
      await failsOfItself(system, 'cannot alter invalid database');
      const { command, halfDropped } = await statusOf(system);
      expect(halfDropped).toBe(database);
      expect(command).toMatch(
        /^psql "\$\w+" -c 'DROP DATABASE "\w+"' && pulumi refresh --skip-pending-creates --target 'urn:[^']+::database' && pulumi up$/,
      );
      await arrives(system);
    },
    limit,
  );
});
