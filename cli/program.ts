import { Command } from 'commander';
import { approveCommand } from './approve.ts';
import { captureCommand } from './capture.ts';
import type { Run } from './command.ts';
import { freezeCommand } from './freeze.ts';
import { incidentCommand } from './incident.ts';
import { statusCommand } from './status.ts';
import { unfreezeCommand } from './unfreeze.ts';
import { unlockCommand } from './unlock.ts';

/** Where commander writes help and version texts to. */
export interface Output {
  readonly write: (text: string) => void;
}

const commands = {
  status: statusCommand,
  approve: approveCommand,
  capture: captureCommand,
  unlock: unlockCommand,
  freeze: freezeCommand,
  unfreeze: unfreezeCommand,
  incident: incidentCommand,
};

export const commandNames = Object.keys(commands);

/** The commands. Parsing throws commander's own error instead of ending the process. */
export function teardownProgram(run: Run, output: Output): Command {
  const program = new Command('teardown')
    .description('Retire a CRM step by step: what stands, what is missing, who approved.')
    .version('0.1.0')
    .addHelpText(
      'after',
      `
Exit codes: docs/exit-codes.md

Examples:
  $ teardown status
  $ teardown approve read-only --as "Wei Zhang" --reason "notices are out"`,
    );
  for (const command of Object.values(commands)) program.addCommand(command(run));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: output.write,
      writeErr: output.write,
      // Said once, by the one place that says errors.
      outputError: () => undefined,
      getOutHelpWidth: () => 110,
      getErrHelpWidth: () => 110,
    });
  }
  return program;
}
