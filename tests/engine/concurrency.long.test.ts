import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { isRunning, startedBy } from '../../sandbox/servers/index.ts';
import {
  entriesOf,
  everythingOf,
  finishes,
  inTheMiddle,
  part,
  stateFile,
  textOf,
  undisturbed,
} from './records.ts';
import { approveStep, databaseOnly, newSystem, positionOf, type System, walkTo, worldOf } from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];

async function converges(system: System): Promise<void> {
  await undisturbed(system);
  await finishes(system);
}

describe('an update that is not alone, or not left alone', () => {
  it(
    'wins over a second one, and converges when it was interrupted or killed',
    async () => {
      const system = await newSystem(databaseOnly);
      await walkTo(system, 'active', quickly);

      await part('two updates at once', async () => {
        await approveStep(system, 'read-only');
        const first = await inTheMiddle(system, 10);
        const second = await system.pulumi.up(quickly);
        expect(second.exitCode).not.toBe(0);
        expect(textOf(second)).toContain('the stack is currently locked by 1 lock(s)');
        const won = await first.result;
        expect(won.exitCode).toBe(0);
        expect(await positionOf(system)).toMatchObject({ step: 'read-only', reached: true });
      });

      const waves = [
        ['SIGINT', 'revoked/sensitive'],
        ['SIGTERM', 'revoked/modules'],
      ] as const;
      for (const [signal, step] of waves) {
        await part(signal, async () => {
          await approveStep(system, step);
          const running = await inTheMiddle(system, 3);
          const children = startedBy(running.pid);
          running.kill(signal);
          const stopped = await running.result;
          expect(stopped.exitCode).not.toBe(0);
          expect(await positionOf(system)).toMatchObject({ step, reached: false });
          await sleep(1000);
          expect(children.filter(isRunning)).toEqual([]);
          await converges(system);
        });
      }

      await part('SIGKILL', async () => {
        await approveStep(system, 'revoked/services');
        const running = system.pulumi.start('up', quickly);
        while ((await positionOf(system))?.step !== 'revoked/services') await sleep(20);
        const children = startedBy(running.pid);
        expect(children.length).toBeGreaterThan(1);
        running.kill('SIGKILL');
        await running.result;
        await sleep(1500);
        expect(children.filter(isRunning)).toEqual([]);
        const untouched = await everythingOf(system);
        const locked = await system.pulumi.up(quickly);
        expect(textOf(locked)).toContain('the stack is currently locked by 1 lock(s)');
        expect(await everythingOf(system)).toEqual(untouched);
        expect((await system.pulumi.cancel()).exitCode).toBe(0);
        await converges(system);
      });

      expect((await worldOf(system)).database.database).not.toBeNull();
      expect((await entriesOf(system)).filter(({ body }) => body.kind === 'delete-started')).toEqual([]);
      expect(existsSync(stateFile(system))).toBe(true);
    },
    limit,
  );
});
