import { Command } from 'commander';
import { addCommon, type Run } from './command.ts';
import { type IncidentOptions, writeIncident } from './incident-writing.ts';

export function incidentCommand(run: Run): Command {
  const command = new Command('incident')
    .description('Write what support needs about an accident, from the ledger and without personal data.')
    .option('--out <directory>', 'where the files go: one JSON, and Markdown in English and Chinese', '.')
    .addHelpText(
      'after',
      `
Only reads the ledger; works in a frozen system and beside a running update.

Examples:
  $ teardown incident
  $ teardown incident --stack slice-crm --out /tmp --json`,
    );
  return addCommon(command).action((options: IncidentOptions) => run((host) => writeIncident(options, host)));
}
