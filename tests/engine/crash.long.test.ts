/** R92 to R94 on the whole slice: database, RDS, bucket and identities, there and back and to the end, with everything killed that takes part. */
import { afterAll, expect, it } from '@jest/globals';
import { crash } from '../../sandbox/crash/index.ts';
import { type Phase, victims } from '../../sandbox/crash/kills.ts';
import { down, enterSandbox, up } from '../../sandbox/index.ts';
import { converged } from './converged.ts';

const name = `crash-long-${process.pid}`;
afterAll(() => down(name));

const kills = 60;

/** The archive is written once in an attempt, so a walk has two. */
const atLeast: Readonly<Record<Phase, number>> = {
  preview: 8,
  'ledger write': 8,
  create: 6,
  'archive write': 2,
  update: 8,
  delete: 6,
};

it('converges after 60 kills of everything that takes part, in every phase', async () => {
  const sandbox = await up(name);
  enterSandbox(sandbox);
  const report = await crash({ sandbox, kills, seed: 1, say: () => undefined });
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  expect(report).toMatchObject(converged);
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  const rare = Object.entries(atLeast).filter(
    ([phase, least]) => (report.phases[phase as Phase] ?? 0) < least,
  );
  expect(rare).toEqual([]);
  expect(Object.keys(report.victims).sort()).toEqual([...victims].sort());
}, 2_700_000);
