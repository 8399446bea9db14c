/**
 * Program start, types stripped by Node against compiled JavaScript: the time from starting a process to having loaded
 * the SDK and the whole program, interleaved in one run. `node bench/program-start.ts [ROUNDS]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Measured {
  /** Median of the ratios of neighbouring runs, stripped : compiled, by the clock. */
  readonly ratio: number;
  readonly limit: number;
  /** Half the distance between the quartiles of these ratios. */
  readonly spread: number;
  readonly ok: boolean;
  /** The same ratio by processor time, which other work on the machine hardly moves. */
  readonly processorRatio: number;
  /** Medians by the clock, in milliseconds. */
  readonly milliseconds: { readonly stripped: number; readonly compiled: number };
}

interface Start {
  readonly clock: number;
  readonly processor: number;
}

const limit = 1.3;
const root = resolve(import.meta.dirname, '..');

export function measureProgramStart(rounds: number): Measured {
  const output = join(root, '.sandbox', `program-start-${process.pid}`);
  mkdirSync(output, { recursive: true });
  try {
    compile(output);
    const programs = { stripped: join(root, 'index.ts'), compiled: join(output, 'index.js') };
    for (const program of Object.values(programs)) start(program);
    return summary(Array.from({ length: rounds }, (_, round) => pair(programs, round % 2 === 0)));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

type Pair = Readonly<Record<'stripped' | 'compiled', Start>>;

/** They take turns at being first. */
function pair(programs: Readonly<Record<keyof Pair, string>>, strippedFirst: boolean): Pair {
  const early = start(strippedFirst ? programs.stripped : programs.compiled);
  const late = start(strippedFirst ? programs.compiled : programs.stripped);
  return strippedFirst ? { stripped: early, compiled: late } : { stripped: late, compiled: early };
}

function summary(pairs: readonly Pair[]): Measured {
  const ratios = (kind: keyof Start): number[] =>
    pairs.map(({ stripped, compiled }) => stripped[kind] / compiled[kind]);
  const clock = ratios('clock');
  const ratio = quantile(clock, 0.5);
  const middle = (which: keyof Pair): number =>
    quantile(
      pairs.map((each) => each[which].clock),
      0.5,
    );
  return {
    ratio,
    limit,
    spread: (quantile(clock, 0.75) - quantile(clock, 0.25)) / 2,
    ok: ratio <= limit,
    processorRatio: quantile(ratios('processor'), 0.5),
    milliseconds: { stripped: middle('stripped'), compiled: middle('compiled') },
  };
}

function compile(output: string): void {
  const flags = ['--noEmit', 'false', '--noCheck', '--rewriteRelativeImportExtensions', '--outDir', output];
  run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', root, ...flags]);
}

/** Milliseconds of one process that loads the SDK as the engine's runner does, and then the program. */
function start(program: string): Start {
  const script = `
    await import('@pulumi/pulumi');
    await import(${JSON.stringify(pathToFileURL(program).href)});
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1000));`;
  const began = process.hrtime.bigint();
  const processor = Number(run(process.execPath, ['--input-type=module', '--eval', script]));
  return { clock: Number(process.hrtime.bigint() - began) / 1e6, processor };
}

function run(command: string, args: readonly string[]): string {
  const options = { cwd: root, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place - Math.floor(place));
}

if (import.meta.main) {
  process.stdout.write(
    `${JSON.stringify(measureProgramStart(Number(process.argv[2] ?? 15)), undefined, 2)}\n`,
  );
}
