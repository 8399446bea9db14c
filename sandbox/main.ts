/** `npm run sandbox -- up|down|status [--name NAME]`. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { exitCodes, TeardownError } from '../diagnostics/index.ts';
import { down, status, up } from './index.ts';
import { createStoreFor, prepareSample, type Sample } from './sample.ts';

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const named = (command: Command): Command => command.option('--name <name>', 'which sandbox', 'default');

const program = new Command('sandbox').description(
  'Everything the teardown needs, on this machine: engine, PostgreSQL, AWS and Auth0 stand-ins',
);

named(program.command('up'))
  .description('install what is missing, start the servers, print how to use them')
  .option('--sample', 'build the sample CRM in it, with inventory, evidence store and a stack')
  .option('--inventory <file>', "make the evidence store this inventory names, marked as the sandbox's own")
  .action(async ({ name, sample, inventory }: { name: string; sample?: boolean; inventory?: string }) => {
    const sandbox = await up(name);
    show(name);
    const built = sample ? await prepareSample(sandbox) : undefined;
    print(`\nTo use it in this shell:\n  . ${sandbox.directory}/env.sh`);
    if (built) print(firstCommands(built));
    if (inventory) print(`\nevidence store made: ${await createStoreFor(resolve(inventory))}`);
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

function firstCommands({ pulumi: { stack, configFile } }: Sample): string {
  return [
    'then take over the sample CRM, and see what the next step needs:',
    `  teardown capture --config-file ${configFile}`,
    `  pulumi up --stack ${stack} --config-file ${configFile}`,
    `  teardown status --config-file ${configFile}`,
  ].join('\n');
}

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
