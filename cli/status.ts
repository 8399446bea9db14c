import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { paintFor } from './paint.ts';
import { readStanding } from './standing.ts';
import { standingText } from './standing-text.ts';
import type { CommonOptions } from './stack.ts';

export function statusCommand(run: Run): Command {
  const command = new Command('status')
    .description('Show where the system stands, what the next step needs, and which command provides it.')
    .addHelpText(
      'after',
      `
Examples:
  $ teardown status
  $ teardown status --stack slice-crm --json`,
    );
  return addCommon(command).action((options: CommonOptions) =>
    run(async (host) => {
      const standing = await readStanding(options, host);
      const text = standingText(standing, paintFor(host.colours)) + optionsText(options);
      return { text, json: standing };
    }),
  );
}

/** Of several stacks the commands are for the one that was asked about, not for the one that pulumi has selected. */
function optionsText({ stack, configFile }: CommonOptions): string {
  const given = [
    ...(stack === undefined ? [] : [`--stack ${stack}`]),
    ...(configFile === undefined ? [] : [`--config-file ${configFile}`]),
  ];
  return given.length === 0 ? '' : `      each with ${given.join(' ')}\n`;
}
