import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../sandbox/index.ts';
import type { Benchmark } from './benchmark.ts';
import { comparison, interleave, type Measurement, type Sample } from './statistics.ts';

export const programStart: Benchmark = {
  what: 'program start',
  explains: 'loading SDK and program: types stripped by Node against compiled JavaScript',
  limit: 1.3,
  measure: (workshop, rounds) => measure(rounds, workshop.progress),
};

/** A start is short, so that more rounds than asked for cost little. */
const roundsPerRound = 3;

async function measure(rounds: number, progress: (text: string) => void): Promise<Measurement> {
  const output = join(projectRoot, '.sandbox', `program-start-${process.pid}`);
  mkdirSync(output, { recursive: true });
  try {
    progress('compiling the program');
    compile(output);
    const stripped = ['index.ts', 'stacks/index.ts'].map((file) => join(projectRoot, file));
    const compiled = ['index.js', 'stacks/index.js'].map((file) => join(output, file));
    for (const program of [stripped, compiled]) start(program);
    const runs = {
      measured: () => Promise.resolve(start(stripped)),
      baseline: () => Promise.resolve(start(compiled)),
    };
    return comparison(await interleave(rounds * roundsPerRound, runs));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function compile(output: string): void {
  const flags = ['--noEmit', 'false', '--noCheck', '--rewriteRelativeImportExtensions', '--outDir', output];
  run(join(projectRoot, 'node_modules', '.bin', 'tsc'), ['-p', projectRoot, ...flags]);
}

/** One process that loads the SDK as the engine's runner does, and then the program with what it loads later. */
function start(program: readonly string[]): Sample {
  const loads = ['@pulumi/pulumi', ...program.map((file) => pathToFileURL(file).href)];
  const script = `
    ${loads.map((what) => `await import(${JSON.stringify(what)});`).join('\n    ')}
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1e6));`;
  const began = performance.now();
  const processorSeconds = Number(run(process.execPath, ['--input-type=module', '--eval', script]));
  return { seconds: (performance.now() - began) / 1000, processorSeconds };
}

function run(command: string, args: readonly string[]): string {
  const options = { cwd: projectRoot, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  return stdout;
}
