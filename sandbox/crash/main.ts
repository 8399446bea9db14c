/** `npm run crash -- --kills N --seed S --json FILE`: kills things at seeded moments of a teardown and shows that it converges. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../../diagnostics/index.ts';
import { down, enterSandbox, hold, letGo, up } from '../index.ts';
import { crash } from './index.ts';

const options = new Command('crash')
  .description(
    'kill program, plugins, engine and live systems at seeded moments of a teardown; show that it converges',
  )
  .option('--kills <n>', 'how many', whole, 12)
  .option('--seed <n>', 'the same seed gives the same kills', whole, 1)
  .option('--json <file>', 'write what was killed and what was found')
  .parse()
  .opts<{ kills: number; seed: number; json?: string }>();

function whole(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
}

async function run(name: string): Promise<number> {
  try {
    await down(name);
    const sandbox = await up(name);
    enterSandbox(sandbox);
    const started = Date.now();
    const report = await crash({
      ...options,
      sandbox,
      say: (line) =>
        process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}\n`),
    });
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return report.ok ? exitCodes.ok : exitCodes.refused;
  } finally {
    await down(name);
    letGo(name);
  }
}

if (hold('crash')) {
  process.exitCode = await run('crash');
} else {
  process.stderr.write('sandbox-busy: another run is in the sandbox "crash"\n');
  process.exitCode = exitCodes.busy;
}
