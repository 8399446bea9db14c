/** `npm run demo [-- --json FILE]`: the sample CRM through all its steps on this machine, looked at from outside after each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { exitCodes, TeardownError } from '../../diagnostics/index.ts';
import { down, hold, letGo, up } from '../index.ts';
import { prepareSample } from '../sample.ts';
import { type Living, startLiving } from '../world/living.ts';
import { type Report, showStep, showSummary } from './report.ts';
import { adoptUnchanged, type WalkedStep, type Walker, walkStep, writeKeys } from './walk.ts';

const options = new Command('demo')
  .description('take the sample CRM through all steps, on the real engine, and show what each step took away')
  .option('--json <file>', 'write every step, its changes and what was seen from outside')
  .option('--keep', 'leave the sandbox running afterwards')
  .parse()
  .opts<{ json?: string; keep?: boolean }>();

const name = 'demo';
const print = (text: string): boolean => process.stdout.write(text);

async function prepare(): Promise<Walker & { readonly living: Living }> {
  await down(name);
  print('Starting PostgreSQL, AWS and Auth0 stand-ins and building the sample CRM ...\n');
  const sample = await prepareSample(await up(name));
  const living = await startLiving(sample.world);
  const keysFile = join(sample.directory, 'keys.json');
  writeKeys(keysFile, sample.world, living);
  return { ...sample, living, keysFile };
}

async function walk(walker: Walker): Promise<readonly WalkedStep[]> {
  const walked: WalkedStep[] = [];
  for (const step of walker.plan) {
    const before = walked.at(-1);
    const after =
      step === 'active'
        ? await adoptUnchanged(walker)
        : await walkStep(walker, step, `the demo goes on to ${step}`);
    walked.push(after);
    print(showStep(after, before));
  }
  return walked;
}

async function run(): Promise<number> {
  try {
    const walker = await prepare();
    const steps = await walk(walker).finally(() => walker.living.stop());
    const report: Report = { ok: steps.every(({ outside }) => outside.every(({ ok }) => ok)), steps };
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
    print(showSummary(report));
    return report.ok ? exitCodes.ok : exitCodes.refused;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof TeardownError ? exitCodes[error.problems[0].exit] : exitCodes.bug;
  } finally {
    if (!options.keep) await down(name);
    letGo(name);
  }
}

if (hold(name)) {
  process.exitCode = await run();
} else {
  process.stderr.write(`sandbox-busy: another demo is running in the sandbox "${name}"\n`);
  process.exitCode = exitCodes.busy;
}
