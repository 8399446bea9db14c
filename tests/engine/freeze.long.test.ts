import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Standing } from '../../cli/standing.ts';
import { within } from '../../diagnostics/index.ts';
import { freeze, unfreeze } from '../../evidence/index.ts';
import { kindOf } from '../../lifecycle/index.ts';
import { teardown } from '../../sandbox/teardown-command.ts';
import {
  entriesOf,
  everythingOf,
  inTheMiddle,
  merged,
  part,
  stateFile,
  textOf,
  undisturbed,
} from './records.ts';
import {
  approveStep,
  databaseOnly,
  moveTo,
  newSystem,
  positionOf,
  storeOf,
  type System,
  walkTo,
  worldOf,
} from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];
const by = 'Ada';

const stop = async (system: System) =>
  freeze({ store: await storeOf(system), by, reason: 'orders are missing' });
const lift = async (system: System) => unfreeze({ store: await storeOf(system), by, reason: 'found' });

function urnsInState(system: System): readonly string[] {
  const { checkpoint } = JSON.parse(readFileSync(stateFile(system), 'utf8')) as {
    checkpoint: { latest: { resources: readonly { urn: string }[] } };
  };
  return checkpoint.latest.resources.map(({ urn }) => urn);
}

/** What `teardown status` tells the operator, read from the engine's own files. */
async function statusOf({ sandbox, pulumi }: System): Promise<Standing> {
  const { code, output } = await teardown(['status', '--json'], pulumi, sandbox.env);
  expect([code, output]).toEqual([0, expect.any(String)]);
  return JSON.parse(output) as Standing;
}

/** Waits until the ledger, which had `known` entries, holds that the step is entered; looks at new files only, to be there before the first delete. */
async function stepEntered({ loaded }: System, known: number): Promise<void> {
  const ledger = join(loaded.evidenceStore, 'ledger');
  for (let seen = known; ;) {
    const entries = readdirSync(ledger).filter((name) => /^\d{8}\.json$/.test(name));
    for (const name of entries.sort().slice(seen)) {
      if (readFileSync(join(ledger, name), 'utf8').includes('"step-entered"')) return;
      seen += 1;
    }
    await sleep(2);
  }
}

describe('a frozen system (R92)', () => {
  it(
    'refuses every run, stops an update before its next change and before its first delete, and goes on when it is lifted',
    async () => {
      const system = await newSystem((inventory) =>
        merged(['sensitive', 'modules', 'services'])(databaseOnly(inventory)),
      );
      await walkTo(system, 'active', quickly);

      await part('no run of a frozen system changes anything', async () => {
        await approveStep(system, 'read-only');
        await stop(system);
        const frozen = await everythingOf(system);
        const gate = `urn:pulumi:${system.name}::crm-teardown::teardown:index:Gate::gate`;
        for (const run of [
          await system.pulumi.preview(),
          await system.pulumi.up(),
          await system.pulumi.up(quickly),
          await system.pulumi.up([...quickly, '--exclude', gate]),
        ]) {
          expect(run.exitCode).toBe(1);
          expect(textOf(run)).toContain('system-frozen: The system is frozen: everything is stopped');
          expect(textOf(run)).not.toContain('orders are missing');
          expect(await everythingOf(system)).toEqual(frozen);
        }
        await lift(system);
      });

      await part('an update stops before its next change', async () => {
        const running = await inTheMiddle(system, 8);
        await stop(system);
        const stopped = await running.result;
        expect(stopped.exitCode).not.toBe(0);
        expect(textOf(stopped)).toContain('system-frozen');
        expect(await positionOf(system)).toMatchObject({ step: 'read-only', reached: false });
        expect((await entriesOf(system)).at(-1)?.body.kind).toBe('frozen');
        await lift(system);
        await undisturbed(system);
        await moveTo(system, 'read-only', quickly);
      });

      const { plan } = system.loaded;
      for (const step of plan.slice(plan.indexOf('read-only') + 1, -1)) await moveTo(system, step, quickly);
      expect(plan.at(-1)).toBe('destroyed/data');

      await part('an update of the last step stops before its first delete', async () => {
        const before = await worldOf(system);
        await approveStep(system, 'destroyed/data');
        const known = (await entriesOf(system)).length;
        const store = await storeOf(system);
        const running = system.pulumi.start('up', quickly);
        await within('3 minutes', 'the step entered', stepEntered(system, known));
        const { sequence } = await freeze({ store, by, reason: 'orders are missing' });
        const stopped = await running.result;
        expect(stopped.exitCode).not.toBe(0);
        expect(textOf(stopped)).toContain('system-frozen');
        const entries = await entriesOf(system);
        const later = entries.slice(sequence).map(({ body }) => body.kind);
        expect(later.filter((kind) => kind !== 'guard-released')).toEqual([]);
        expect(await positionOf(system)).toMatchObject({ step: 'destroyed/data', reached: false });
        const { database } = await worldOf(system);
        expect(database.database).not.toBeNull();
        expect(database.contents).toEqual(before.database.contents);
        expect(urnsInState(system).map((urn) => kindOf(urn).type)).toContain(
          'postgresql:index/database:Database',
        );
        const { underWay, problems, command } = await statusOf(system);
        expect(underWay?.step).toBe('destroyed/data');
        expect(underWay?.deletes).toEqual([]);
        expect(problems).toEqual([]);
        expect(command).toBe('teardown unfreeze --as NAME --reason TEXT');
      });

      await part('the next run, when it is lifted', async () => {
        expect((await system.pulumi.up(quickly)).exitCode).toBe(1);
        await lift(system);
        await moveTo(system, 'destroyed/data', quickly);
        expect((await worldOf(system)).database.database).toBeNull();
      });
    },
    limit,
  );
});
