/** `npm run sandbox -- up|down|status [--name NAME]`. */
import { CommanderError } from 'commander';
import { exitCodes } from '../diagnostics/index.ts';
import { sandboxProgram } from './command.ts';
import { complain } from './complain.ts';

const program = sandboxProgram(
  (text) => process.stdout.write(`${text}\n`),
  (code) => (process.exitCode = code),
);

try {
  for (const command of [program, ...program.commands]) command.exitOverride();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else process.exitCode = complain(error);
}
