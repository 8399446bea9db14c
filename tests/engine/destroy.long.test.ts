import { expect, it } from '@jest/globals';
import { textOf, urnsOf } from './records.ts';
import { keepRecords, moveTo, newSystem, positionOf, worldOf } from './system.ts';

it('pulumi destroy deletes nothing at any step, with the program and without it', async () => {
  const system = await newSystem();
  for (const step of system.loaded.plan) {
    await moveTo(system, step, ['--skip-preview']);
    const before = await worldOf(system);
    const records = keepRecords(system);
    const plain = await system.pulumi.destroy();
    const withProgram = await system.pulumi.destroy(['--run-program', '--ignore-protect', '--skip-preview']);
    const gate = (await urnsOf(system))('gate');
    const replaced = await system.pulumi.up(['--replace', gate, '--ignore-protect', '--skip-preview']);
    expect([step, plain.exitCode, withProgram.exitCode, replaced.exitCode]).toEqual([step, 1, 1, 1]);
    expect(textOf(plain)).toContain('delete hooks');
    expect(textOf(withProgram)).toContain('keep-not-confirmed');
    expect(textOf(replaced)).toContain('gate-state-lost');
    expect(await worldOf(system)).toEqual(before);
    expect(await positionOf(system)).toMatchObject({ step, reached: true });
    records.back();
  }
}, 3_600_000);
