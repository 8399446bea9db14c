/** R94: who works beside an update: a job that looks for drift, and a plugin that outlived its engine. */
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { within } from '../../diagnostics/index.ts';
import { isRunning, type Recognised, startedBy } from '../../sandbox/servers/index.ts';
import { teardown } from '../../sandbox/teardown-command.ts';
import { entriesOf, everythingOf, finishes, heldUp, merged, part, textOf } from './records.ts';
import { approveStep, databaseOnly, newSystem, positionOf, type System, walkTo } from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];
const waves = merged(['sensitive', 'modules'], ['services', 'admins']);

const driftFound = /reached\s*: true => false/;
const underWay = 'read-only (attempt 1) was entered and is not reached';

/**
 * What a job that looks for drift runs: what the program would change, and whether the live systems are as recorded. A refresh
 * always fills in what an import left out of the state, so it is judged by what it says of the verification.
 */
async function lookForDrift({ pulumi }: System) {
  const program = await pulumi.preview(['--expect-no-changes']);
  const live = await pulumi.refresh(['--preview-only', '--diff']);
  return { codes: [program.exitCode, live.exitCode], texts: [textOf(program), textOf(live)] as const };
}

async function expectClean(system: System): Promise<void> {
  const { codes, texts } = await lookForDrift(system);
  expect(codes).toEqual([0, 0]);
  expect(texts.join('\n')).not.toMatch(driftFound);
  expect(texts.join('\n')).not.toContain('not reached');
}

/** The number of the process that holds the lock of the evidence store; 0: none. */
function holder({ loaded }: System): number {
  try {
    const lock = readFileSync(join(loaded.evidenceStore, 'lock.json'), 'utf8');
    return (JSON.parse(lock) as { pid: number }).pid;
  } catch {
    return 0;
  }
}

/**
 * An update whose engine was killed outright, and whose plugin lives on with the lock of the evidence store. Such a plugin ends
 * itself within a moment, so it is stopped in that moment; a run in which it was quicker is run again.
 */
async function outlived(system: System): Promise<Recognised> {
  for (;;) {
    const running = system.pulumi.start('up', quickly);
    const plugin = await atWork(system, running.pid);
    running.kill('SIGKILL');
    // Stopped before the engine is gone, the kernel would hang it up: its group has lost its leader.
    while (running.kill(0) && startedBy(running.pid).length > 0) await sleep(1);
    process.kill(plugin.pid, 'SIGSTOP');
    await running.result;
    // One that ended itself just before it was stopped is there for a moment longer.
    await sleep(500);
    if (isRunning(plugin) && holder(system) === plugin.pid) return plugin;
    if (isRunning(plugin)) await goesOn(plugin);
    expect((await system.pulumi.cancel()).exitCode).toBe(0);
  }
}

/** The plugin of a run, in the moment it takes the lock. */
function atWork(system: System, engine: number): Promise<Recognised> {
  const watching = async (): Promise<Recognised> => {
    for (;;) {
      const pid = holder(system);
      const plugin = pid === 0 ? undefined : startedBy(engine).find((each) => each.pid === pid);
      if (plugin !== undefined) return plugin;
      await sleep(1);
    }
  };
  return within('2 minutes', 'a plugin that holds the lock', watching());
}

async function goesOn(plugin: Recognised): Promise<void> {
  process.kill(plugin.pid, 'SIGCONT');
  const ending = async (): Promise<void> => {
    while (isRunning(plugin)) await sleep(20);
  };
  await within('10 seconds', 'the end of a plugin without an engine', ending());
}

describe('beside an update', () => {
  it(
    'a job that looks for drift disturbs nothing, and calls nothing clean that is half done',
    async () => {
      const system = await newSystem((inventory) => waves(databaseOnly(inventory)));
      await walkTo(system, 'active', quickly);
      await expectClean(system);
      await approveStep(system, 'read-only');
      const { running, letGo } = await heldUp(system);
      const during = await everythingOf(system);
      const looked = await lookForDrift(system);
      expect(looked.codes).toEqual([7, 0]);
      expect(looked.texts[1]).toMatch(driftFound);
      for (const text of looked.texts) expect(text).toContain(`${underWay}: a run is at work`);
      expect(await everythingOf(system)).toEqual(during);
      await letGo();
      const { exitCode } = await running.result;
      expect(exitCode).toBe(0);
      expect(await positionOf(system)).toMatchObject({ step: 'read-only', reached: true });
      await expectClean(system);
    },
    limit,
  );

  it(
    'a plugin that outlived its engine keeps the next run away; what it still does afterwards is nothing',
    async () => {
      const system = await newSystem((inventory) => waves(databaseOnly(inventory)));
      await walkTo(system, 'active', quickly);
      const { env } = system.sandbox;

      await part('a re-run beside it', async () => {
        await approveStep(system, 'read-only');
        const plugin = await outlived(system);
        const untouched = await everythingOf(system);
        const unlocking = await teardown(['unlock'], system.pulumi, env);
        expect([unlocking.code, unlocking.output]).not.toEqual([0, expect.anything()]);
        expect(unlocking.output).toContain('lock-busy');
        expect(unlocking.output).toContain(`HINT: ps -o pid,etime,args -p ${plugin.pid}`);
        const status = await teardown(['status', '--json'], system.pulumi, env);
        expect(JSON.parse(status.output)).toMatchObject({ command: `ps -o pid,etime,args -p ${plugin.pid}` });
        // The engine's own lock is lifted by force, as the engine itself advises.
        expect((await system.pulumi.cancel()).exitCode).toBe(0);
        const refused = await system.pulumi.up(quickly);
        expect(refused.exitCode).toBe(1);
        expect(textOf(refused)).toContain(`is held by process ${plugin.pid} on`);
        expect(await everythingOf(system)).toEqual(untouched);
        await goesOn(plugin);
        expect(await everythingOf(system)).toEqual(untouched);
        await finishes(system);
      });

      await part('it goes on when the next run has begun', async () => {
        await approveStep(system, 'revoked/modules');
        const plugin = await outlived(system);
        expect((await system.pulumi.cancel()).exitCode).toBe(0);
        // Nobody should; the ledger holds all the same.
        unlinkSync(join(system.loaded.evidenceStore, 'lock.json'));
        const running = system.pulumi.start('up', quickly);
        await atWork(system, running.pid);
        await goesOn(plugin);
        expect((await running.result).exitCode).toBe(0);
        const reached = (await entriesOf(system)).filter(({ body }) => body.kind === 'step-reached');
        expect(reached).toHaveLength(3);
        await finishes(system);
      });
    },
    limit,
  );
});
