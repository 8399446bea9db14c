import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { type FreezeOptions, freezeSystem } from './freezing.ts';

export function freezeCommand(run: Run): Command {
  const command = new Command('freeze')
    .description(
      'Stop everything at once: gate, deletes, guards, verification and commands refuse until it is lifted.',
    )
    .requiredOption('--as <name>', 'who stops it; kept as a keyed hash, the name itself encrypted')
    .requiredOption('--reason <text>', 'what happened, without names of people')
    .addHelpText(
      'after',
      `
Examples:
  $ teardown freeze --as "Wei Zhang" --reason "a customer reports missing orders"
  $ teardown freeze --stack slice-crm --as "Wei Zhang" --reason "a customer reports missing orders" --json`,
    );
  return addCommon(command).action((options: FreezeOptions) => run((host) => freezeSystem(options, host)));
}
