import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import type { CommonOptions } from './stack.ts';
import { unlockSystem } from './unlocking.ts';

export function unlockCommand(run: Run): Command {
  const command = new Command('unlock')
    .description(
      'Clear locks that a killed run left behind; refuses while a holder is alive or cannot be checked.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ teardown unlock
  $ teardown unlock --stack slice-crm --json`,
    );
  return addCommon(command).action((options: CommonOptions) => run((host) => unlockSystem(options, host)));
}
