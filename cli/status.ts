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
      return { text: standingText(standing, paintFor(host.colours)), json: standing };
    }),
  );
}
