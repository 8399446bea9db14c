import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { type IncidentOptions, writeIncident } from './incident-writing.ts';

export function incidentCommand(run: Run): Command {
  const command = new Command('incident')
    .description('Write what support needs about an accident, without personal data.')
    .option('--out <directory>', 'where the files go: one JSON, and Markdown in English and Chinese', '.')
    .addHelpText(
      'after',
      `
Made of the ledger, the engine's state, and the system's name and classes of data. Changes
nothing; works in a frozen system and beside a running update.

Examples:
  $ teardown incident
  $ teardown incident --stack slice-crm --out /tmp --json`,
    );
  return addCommon(command).action((options: IncidentOptions) => run((host) => writeIncident(options, host)));
}
