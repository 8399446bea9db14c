import type { Command } from 'commander';
import type { Host, Report } from './host.ts';

/** Hands a command's work to the one place that prints and decides the exit code. */
export type Run = (work: (host: Host) => Promise<Report>) => Promise<void>;

/** The options that every command has. */
export function addCommon(command: Command): Command {
  return command
    .option('-s, --stack <name>', 'the stack; read from stacks/Pulumi.<name>.yaml (default: the only one)')
    .option('--config-file <file>', 'use the settings of this file instead')
    .option('--json', 'print the result, or the problems, as one JSON value');
}
