import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../diagnostics/index.ts';
import { Pulumi, type Sandbox } from '../../sandbox/index.ts';
import { testSandbox } from '../sandbox-name.ts';

const project = join(import.meta.dirname, 'sandbox-program');
let sandbox: Sandbox;
let scratch: string;

beforeAll(() => {
  sandbox = testSandbox();
  scratch = mkdtempSync(join(tmpdir(), 'crm-teardown-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

async function stackWith(name: string, config: Record<string, Json>): Promise<Pulumi> {
  const pulumi = new Pulumi({ sandbox, stack: `${name}-${process.pid}`, project });
  const made = await pulumi.init(config);
  expect(made).toMatchObject({ exitCode: 0 });
  return pulumi;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i += 1) await sleep(50);
  return !isAlive(pid);
}

async function pidFrom(file: string): Promise<number> {
  for (let i = 0; i < 600; i += 1) {
    await sleep(50);
    const text = ((): string => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return '';
      }
    })();
    if (text !== '') return Number(text);
  }
  throw new Error('the program did not start');
}

describe('the engine of the sandbox with its language host', () => {
  it('runs a TypeScript program without a build step and counts what it did', async () => {
    const pulumi = await stackWith('counts', { greeting: 'hello' });
    const preview = await pulumi.preview();
    expect(preview).toMatchObject({
      exitCode: 0,
      changes: { create: 2, update: 0, delete: 0, same: 0, import: 0 },
    });
    const first = await pulumi.up();
    expect(first).toMatchObject({ exitCode: 0, changes: { create: 2, delete: 0, same: 0 } });
    expect(first.operations.map(({ op, type, outcome }) => [op, type, outcome])).toEqual([
      ['create', 'pulumi:pulumi:Stack', 'done'],
      ['create', 'test:index:Thing', 'done'],
    ]);
    expect((await pulumi.up()).changes).toMatchObject({ create: 0, same: 2 });
    const { resources } = await pulumi.state();
    expect(resources.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs).toEqual({
      greeting: 'hello',
    });
  }, 60_000);

  it('leaves no file of the stack in the project', async () => {
    await stackWith('tidy', {});
    expect(() => readFileSync(join(project, `Pulumi.tidy-${process.pid}.yaml`))).toThrow('ENOENT');
  });

  it.each(['throws', 'kills-itself'])(
    'reports a program that %s as a failure and deletes nothing',
    async (ending) => {
      const pulumi = await stackWith(ending, {});
      await pulumi.up();
      pulumi.configure({ ending });
      const failed = await pulumi.up();
      expect(failed.exitCode).not.toBe(0);
      expect(failed.changes.delete).toBe(0);
      expect(failed.stdout + failed.stderr).toContain(ending === 'throws' ? 'thrown on purpose' : 'SIGKILL');
      expect((await pulumi.state()).resources).toHaveLength(2);
    },
    60_000,
  );

  it('passes an interrupt on to the program, and the update fails', async () => {
    const signal = join(scratch, 'interrupt');
    const pulumi = await stackWith('interrupt', { ending: 'waits', signal });
    const running = pulumi.start('up', ['--skip-preview']);
    const program = await pidFrom(signal);
    running.kill('SIGINT');
    const result = await running.result;
    expect(result.exitCode).not.toBe(0);
    expect(await untilGone(program)).toBe(true);
  }, 60_000);

  it('ends the program when the engine was killed', async () => {
    const signal = join(scratch, 'killed');
    const pulumi = await stackWith('killed', { ending: 'waits', signal });
    const running = pulumi.start('up', ['--skip-preview']);
    const program = await pidFrom(signal);
    running.kill('SIGKILL');
    expect(await running.result).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(await untilGone(program)).toBe(true);
  }, 60_000);

  it('ends the whole group and says so when a limit runs out', async () => {
    const signal = join(scratch, 'limit');
    const pulumi = await stackWith('limit', { ending: 'waits', signal });
    const limited = pulumi.up(['--skip-preview'], { limit: '5 seconds' });
    await expect(limited).rejects.toThrow(/wait-timed-out/);
    expect(await untilGone(await pidFrom(signal))).toBe(true);
  }, 60_000);
});
