import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { captureSystem, type CaptureOptions } from './capturing.ts';

export function captureCommand(run: Run): Command {
  const command = new Command('capture')
    .description('Read what the inventory lists in the live systems and keep it as the former settings.')
    .option('--create-store', 'create the evidence store that the inventory names; it must not exist yet')
    .addHelpText(
      'after',
      `
Only reads the live systems. Writes <system>.former.json beside the inventory and an entry in the ledger.

Examples:
  $ teardown capture --create-store
  $ teardown capture --stack slice-crm --json`,
    );
  return addCommon(command).action((options: CaptureOptions) => run((host) => captureSystem(options, host)));
}
