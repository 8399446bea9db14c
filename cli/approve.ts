import { Command } from 'commander';
import { approveStep, type ApproveOptions } from './approval.ts';
import { addCommon, type Run } from './command.ts';

export function approveCommand(run: Run): Command {
  const command = new Command('approve')
    .description('Approve one step for exactly the files as they are; any change of them voids the approval.')
    .argument('<step>', 'the step to be entered, such as read-only or revoked/accounts')
    .requiredOption('--as <name>', 'who approves; kept as a keyed hash, the name itself encrypted')
    .requiredOption('--reason <text>', 'why this step may be taken now')
    .addHelpText(
      'after',
      `
Examples:
  $ teardown approve read-only --as "Wei Zhang" --reason "notices are out, migration signed off"
  $ teardown approve active --as "Wei Zhang" --reason "wrong access removed, going back" --json`,
    );
  return addCommon(command).action((step: string, options: ApproveOptions) =>
    run((host) => approveStep(step, options, host)),
  );
}
