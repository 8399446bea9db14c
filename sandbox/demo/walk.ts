import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, within } from '../../diagnostics/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { type Changes, projectRoot, type Pulumi, type PulumiResult, type Sandbox } from '../index.ts';
import { readWorld, type World } from '../world/index.ts';
import type { Living } from '../world/living.ts';
import type { Line } from './door.ts';
import type { DemoKeys } from './doors/index.ts';

/** One step of the walk: what the engine changed in it, and what was seen from outside afterwards. */
export interface WalkedStep {
  readonly step: Step;
  readonly seconds: number;
  /** Summed over the updates of the step: one that deletes takes two. */
  readonly changes: Changes;
  readonly outside: readonly Line[];
}

/** What a walk needs: a sandbox with a world in it, and a stack for that world. */
export interface Walker {
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly pulumi: Pulumi;
  readonly plan: readonly Step[];
  /** Path of the file with the principals' keys. */
  readonly keysFile: string;
}

/** Approves a step, moves the stack into it and tries every door. Throws when a command fails. */
export async function walkStep(walker: Walker, step: Step, reason: string): Promise<WalkedStep> {
  const moved = await move(walker, step, reason);
  return { step, ...moved, outside: await lookFromOutside(walker, step) };
}

async function move(
  walker: Walker,
  step: Step,
  reason: string,
): Promise<Pick<WalkedStep, 'seconds' | 'changes'>> {
  const started = Date.now();
  const { pulumi } = walker;
  pulumi.configure({ stage: step, reason });
  if (step !== 'active') await approve(walker, step);
  const updates = [await expectSuccess(pulumi.up())];
  if (updates[0]?.changes.delete) updates.push(await expectSuccess(pulumi.up()));
  return { seconds: (Date.now() - started) / 1000, changes: sum(updates.map(({ changes }) => changes)) };
}

/** Every door tried once, by a process that knows nothing but the keys and the step. */
export async function lookFromOutside(
  { sandbox, keysFile }: Pick<Walker, 'sandbox' | 'keysFile'>,
  step: Step,
): Promise<readonly Line[]> {
  const script = join(projectRoot, 'sandbox', 'demo', 'outside.ts');
  const { code, stdout, stderr } = await run(sandbox, process.execPath, [script, step, keysFile]);
  if (code !== 0) throw new Error(`looking from outside failed: ${stderr}`);
  return JSON.parse(stdout) as Line[];
}

/** Takes the world over at `active` and proves, before anybody tries a door, that nothing in it was changed by that. */
export async function adoptUnchanged(walker: Walker): Promise<WalkedStep> {
  await teardown(walker, ['capture']);
  const before = digest(await readWorld(walker.world));
  const moved = await move(walker, 'active', 'take over what exists');
  const ok = before === digest(await readWorld(walker.world));
  const line: Line = {
    principal: 'everybody',
    attempt: 'finds the world as it was before the import',
    answer: 'read back',
    expected: 'allowed',
    observed: ok ? 'allowed' : 'changed by the import',
    ok,
  };
  return { step: 'active', ...moved, outside: [line, ...(await lookFromOutside(walker, 'active'))] };
}

async function approve(walker: Walker, step: Step): Promise<void> {
  await teardown(walker, [
    'approve',
    step,
    '--as',
    'Reviewer of the demo',
    '--reason',
    `${step} was reviewed`,
  ]);
}

/** The product's own command line, as an operator would call it. */
export async function teardown({ sandbox, pulumi }: Walker, args: readonly string[]): Promise<string> {
  const cli = join(projectRoot, 'cli', 'teardown');
  const { code, stdout, stderr } = await run(sandbox, cli, [...args, '--config-file', pulumi.configFile]);
  if (code !== 0) throw new Error(`teardown ${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
  return stdout;
}

async function expectSuccess(running: Promise<PulumiResult>): Promise<PulumiResult> {
  const result = await running;
  if (result.exitCode !== 0)
    throw new Error(`pulumi up ended with ${String(result.exitCode)}:\n${result.stdout}\n${result.stderr}`);
  return result;
}

function run(
  sandbox: Sandbox,
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: sandbox.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return within('2 minutes', `${command} ${args[0] ?? ''}`, ended).finally(() => child.kill('SIGKILL'));
}

function sum(all: readonly Changes[]): Changes {
  const keys = ['create', 'update', 'delete', 'same', 'import'] as const;
  return Object.fromEntries(
    keys.map((key) => [key, all.reduce((total, each) => total + each[key], 0)]),
  ) as unknown as Changes;
}

/** What the principals hold, and where the servers listen. It holds passwords: readable by its owner alone. */
export function writeKeys(file: string, { keys }: Pick<World, 'keys'>, living: Pick<Living, 'keys'>): void {
  writeFileSync(file, JSON.stringify({ ...keys, living: living.keys } satisfies DemoKeys), { mode: 0o600 });
}
