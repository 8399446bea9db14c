import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { processorSeconds } from '../../bench/timed-stack.ts';

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('processor time', () => {
  it('is the sum over the shell and what it has started', () => {
    expect(processorSeconds('0m0.01s 0m0.02s\n1m2.50s 0m0.47s\n')).toBeCloseTo(63);
  });

  it('is an error when there is none', () => {
    expect(() => processorSeconds('')).toThrow('times');
  });

  it('is written by the wrapper, which passes arguments and exit code on', () => {
    const wrapper = join(import.meta.dirname, '..', '..', 'bench', 'timed', 'pulumi');
    const file = join(directory, 'times');
    const env = { ...process.env, BENCH_PULUMI: '/bin/sh', BENCH_TIMES: file };
    const { status, stdout } = spawnSync(wrapper, ['-c', 'printf "%s" "$0"; exit 7', 'a b'], { env });
    expect([status, stdout.toString()]).toEqual([7, 'a b']);
    expect(processorSeconds(readFileSync(file, 'utf8'))).toBeGreaterThanOrEqual(0);
  });
});
