/** R94: kills over walks of the whole sample, of everything that takes part, in every phase. */
import { afterAll, expect, it } from '@jest/globals';
import { crash, type CrashReport } from '../../sandbox/crash/index.ts';
import { phases, victims } from '../../sandbox/crash/kills.ts';
import { down, enterSandbox, up } from '../../sandbox/index.ts';

const name = `crash-${process.pid}`;
afterAll(() => down(name));

it('the whole sample converges after kills of everything in every phase', async () => {
  const sandbox = await up(name);
  enterSandbox(sandbox);
  const report: CrashReport = await crash({ sandbox, kills: 12, seed: 11, say: () => undefined });
  expect(report).toMatchObject({ kills: 12, found: [], ok: true });
  expect(Object.keys(report.phases).sort()).toEqual([...phases].sort());
  expect(Object.keys(report.victims).sort()).toEqual([...victims].sort());
}, 3_000_000);
