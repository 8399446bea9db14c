/** The commands of `npm run sandbox`: here options become calls, and results text. */
import { Command } from 'commander';
import { exitCodes, TeardownError } from '../diagnostics/index.ts';
import { hold, letGo } from './hold.ts';
import { optionsFor, type Hosted, prepareSystem, type Request } from './hosted.ts';
import { down, status, up } from './index.ts';
import { problems } from './problems.ts';
import { prepareSample } from './sample.ts';

type Print = (text: string) => void;

/** The whole command line. `finish` gets the exit code of a command that has nothing to complain about and is not 0. */
export function sandboxProgram(print: Print, finish: (code: number) => void): Command {
  const program = new Command('sandbox').description(
    'Everything the teardown needs, on this machine: engine, PostgreSQL, AWS and Auth0 stand-ins',
  );
  const command = (verb: string): Command =>
    program.command(verb).option('--name <name>', 'which sandbox', 'default');
  command('up')
    .description('install what is missing, start the servers, print how to use them')
    .option('--sample', 'build the sample CRM in it, with inventory, evidence store and a stack')
    .option(
      '--inventory <file>',
      'host the system of this inventory: the servers it needs, an evidence store, a stack',
    )
    .option('--seed <file>', 'run this SQL file with psql on the PostgreSQL server')
    .option(
      '--accounts <number>',
      'application accounts: of the sample, or what the seed reads as :accounts; 1 to 1000000',
    )
    .action((request: Request) => alone(request.name, () => bringUp(request, print)));
  command('down')
    .description('end the servers of this sandbox and nothing else, and remove all of its files')
    .action(({ name }: { name: string }) =>
      alone(name, async () => {
        await down(name);
        print(`sandbox "${name}" is down`);
      }),
    );
  command('status')
    .description('show which servers run; exit code 6 if the sandbox is not up')
    .action(({ name }: { name: string }) => {
      print(statusText(name));
      if (!status(name).running) finish(exitCodes.unreachable);
    });
  return program;
}

/** Two commands on one sandbox would pull it from under each other. Throws TeardownError. */
async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!hold(name)) {
    const detail = `sandbox "${name}" is held by another command, demo or test run`;
    throw new TeardownError(
      problems('sandbox-busy', { detail, hint: 'wait until it has ended, or use another --name' }),
    );
  }
  try {
    await work();
  } finally {
    letGo(name);
  }
}

async function bringUp(request: Request, print: Print): Promise<void> {
  const { name, inventory } = request;
  const options = await optionsFor(request);
  const progress = unhurried(print);
  print(`starting the servers of sandbox "${name}"`);
  const sandbox = await up(name, options);
  const use = `\nTo use it in this shell:\n  . ${sandbox.directory}/env.sh`;
  try {
    const hosted = request.sample
      ? await prepareSample(sandbox, { ...options, progress })
      : inventory === undefined
        ? undefined
        : await prepareSystem(sandbox, inventory);
    print([statusText(name), use, ...(hosted ? [firstCommands(hosted)] : [])].join('\n'));
  } catch (error) {
    await down(name);
    throw error;
  }
}

/** For one who waits: the first text at once, then at most one in two seconds. */
function unhurried(print: Print): Print {
  let last = -Infinity;
  return (text) => {
    if (performance.now() - last < 2000) return;
    last = performance.now();
    print(text);
  };
}

function firstCommands({ directory, pulumi: { stack, configFile } }: Hosted): string {
  return [
    'then take over the CRM, and see what the next step needs:',
    `  teardown capture --config-file ${configFile}`,
    `  pulumi up --stack ${stack} --config-file ${configFile}`,
    `  teardown status --config-file ${configFile}`,
    `Inventory, former settings and evidence store lie in ${directory} and go with the sandbox.`,
  ].join('\n');
}

function statusText(name: string): string {
  const { running, processes } = status(name);
  return [
    `sandbox "${name}" is ${running ? 'up' : 'not up'}`,
    ...processes.map(
      (process) => `  ${process.name.padEnd(12)} process ${process.pid}${process.running ? '' : ' (ended)'}`,
    ),
  ].join('\n');
}
