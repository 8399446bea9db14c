import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { type FreezeOptions, unfreezeSystem } from './freezing.ts';

export function unfreezeCommand(run: Run): Command {
  const command = new Command('unfreeze')
    .description('Lift a freeze; the next run judges all conditions and approvals again.')
    .requiredOption('--as <name>', 'who lifts it; kept as a keyed hash, the name itself encrypted')
    .requiredOption('--reason <text>', 'why it may go on, without names of people')
    .addHelpText(
      'after',
      `
Examples:
  $ teardown unfreeze --as "Wei Zhang" --reason "orders are there, a filter was set"
  $ teardown unfreeze --stack slice-crm --as "Wei Zhang" --reason "orders are there, a filter was set" --json`,
    );
  return addCommon(command).action((options: FreezeOptions) => run((host) => unfreezeSystem(options, host)));
}
