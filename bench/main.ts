/**
 * `npm run bench [-- --json FILE] [-- --rounds N] [-- --only WHAT...]`: every benchmark, one line each. Exit code 1 if one is not
 * within its limit or could not be measured. docs/benchmarks.md says how to read it.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { accountsInPreview, accountsInState } from './accounts.ts';
import type { Benchmark } from './benchmark.ts';
import { growth } from './growth.ts';
import { largePreview } from './large-preview.ts';
import { largeUp } from './large-up.ts';
import { largeUpWithChange } from './large-up-with-change.ts';
import { pluginMemory, programMemory } from './memory.ts';
import { preview } from './preview.ts';
import { programStart } from './program-start.ts';
import { fileOf, lineOf } from './report.ts';
import { figuresOf, type Figures, notMeasured } from './statistics.ts';
import { up } from './up.ts';
import { upWithChange } from './up-with-change.ts';
import { messageOf, Workshop } from './workshop.ts';

const benchmarks: readonly Benchmark[] = [
  programStart,
  preview,
  up,
  upWithChange,
  largePreview,
  largeUp,
  largeUpWithChange,
  growth,
  programMemory,
  pluginMemory,
  accountsInState,
  accountsInPreview,
];

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

const options = new Command('bench')
  .description('measure, each against a baseline in the same run')
  .option('--json <file>', 'write {"<what>": {"ratio", "limit", "spread", "ok"}}')
  .option('--rounds <n>', 'pairs of runs for each benchmark', wholeNumber, 7)
  .option('--only <what...>', `of: ${benchmarks.map(({ what }) => what).join(', ')}`, chosen)
  .parse()
  .opts<{ json?: string; rounds: number; only?: readonly Benchmark[] }>();

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1 to 999');
}

function chosen(name: string, before: readonly Benchmark[] = []): readonly Benchmark[] {
  const found = benchmarks.find(({ what }) => what === name);
  if (found) return [...before, found];
  throw new InvalidArgumentError(`there are: ${benchmarks.map(({ what }) => what).join(', ')}`);
}

async function measure(benchmark: Benchmark, workshop: Workshop): Promise<Figures> {
  print(`\n${benchmark.what}: ${benchmark.explains}`);
  try {
    return figuresOf(await benchmark.measure(workshop, options.rounds), benchmark.limit);
  } catch (error) {
    process.stderr.write(`${benchmark.what}: ${messageOf(error)}\n`);
    return notMeasured(benchmark.limit);
  }
}

const results = new Map<string, Figures>();
const workshop = new Workshop((text) => print(`  ${text}`));
try {
  // Always in this order: what moves a stack to another step comes after what finds it at rest.
  for (const benchmark of benchmarks.filter((one) => options.only?.includes(one) ?? true)) {
    const figures = await measure(benchmark, workshop);
    results.set(benchmark.what, figures);
    print(lineOf(benchmark.what, figures));
  }
} finally {
  await workshop.close();
}
print('');
for (const [what, figures] of results) print(lineOf(what, figures));
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify(fileOf(results), undefined, 2)}\n`);
}
process.exitCode = [...results.values()].every(({ ok }) => ok) ? 0 : 1;
