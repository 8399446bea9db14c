/** `npm run sandbox -- up|down|status [--name NAME]`. */
import { Command } from 'commander';
import { exitCodes, TeardownError } from '../diagnostics/index.ts';
import { down, status, up } from './index.ts';

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const named = (command: Command): Command => command.option('--name <name>', 'which sandbox', 'default');

const program = new Command('sandbox').description(
  'Everything the teardown needs, on this machine: engine, PostgreSQL, AWS and Auth0 stand-ins',
);

named(program.command('up'))
  .description('install what is missing, start the servers, print how to use them')
  .action(async ({ name }: { name: string }) => {
    const sandbox = await up(name);
    show(name);
    print(`\nTo use it in this shell:\n  . ${sandbox.directory}/env.sh`);
  });

named(program.command('down'))
  .description('end the servers of this sandbox and nothing else')
  .action(async ({ name }: { name: string }) => {
    await down(name);
    print(`sandbox "${name}" is down`);
  });

named(program.command('status'))
  .description('show which servers run; exit code 6 if the sandbox is not up')
  .action(({ name }: { name: string }) => {
    show(name);
    if (!status(name).running) process.exitCode = exitCodes.unreachable;
  });

function show(name: string): void {
  const { running, processes } = status(name);
  print(`sandbox "${name}" is ${running ? 'up' : 'not up'}`);
  for (const process of processes) {
    print(`  ${process.name.padEnd(12)} process ${process.pid}${process.running ? '' : ' (ended)'}`);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TeardownError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCodes[error.problems[0].exit];
}
