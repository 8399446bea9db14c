/**
 * cli: the commands of `teardown`. A command file declares its options and calls one function; here, and nowhere
 * else, results and errors are printed and exit codes decided (docs/exit-codes.md).
 */
import { CommanderError } from 'commander';
import { resolve } from 'node:path';
import process from 'node:process';
import { exitCodes, type Problem, render, TeardownError } from '../diagnostics/index.ts';
import type { Host, Report } from './host.ts';
import { paintFor } from './paint.ts';
import { problems } from './problems.ts';
import { commandNames, teardownProgram } from './program.ts';

/** Runs one command line (without node and script) and returns its exit code; never throws. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  const json = args.includes('--json');
  let report: Report | undefined;
  const run = async (work: (host: Host) => Promise<Report>): Promise<void> => {
    report = await work(host);
  };
  const texts: string[] = [];
  try {
    const program = teardownProgram(run, { write: (text) => texts.push(text) });
    await program.parseAsync([...args], { from: 'user' });
    if (report) host.write(json ? `${JSON.stringify(report.json, undefined, 2)}\n` : report.text);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      host.write(texts.join(''));
      return exitCodes.ok;
    }
    const found = problemsOf(error, args);
    if (json) host.write(`${JSON.stringify({ problems: found }, undefined, 2)}\n`);
    else host.writeError(`${found.map((problem) => shown(problem, host)).join('\n')}\n`);
    return exitCodes[found[0].exit];
  }
}

function shown(problem: Problem, { colours }: Host): string {
  return render(problem).replace(problem.code, paintFor(colours)('red', problem.code));
}

type Problems = readonly [Problem, ...Problem[]];

/** What is wrong, in our words. Of an error that is none of ours only its kind and place are told: its text may hold secrets. */
function problemsOf(error: unknown, args: readonly string[]): Problems {
  if (error instanceof TeardownError) return error.problems;
  if (error instanceof CommanderError) return [usage(error, args)];
  const fault = (typeof error === 'object' ? error : undefined) as NodeJS.ErrnoException | undefined;
  if (fault?.code && /^E[A-Z]+$/.test(fault.code) && fault.path) {
    const detail = `${fault.path}: ${fault.code}`;
    return [problems('cli-file', { detail, hint: `ls -ld ${fault.path}` })];
  }
  const place = /\(?([^ (]+\.ts:\d+:\d+)\)?/.exec(fault?.stack ?? '')?.[1] ?? 'an unknown place';
  const detail = `${fault?.name ?? typeof error} at ${place.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')}`;
  return [problems('cli-bug', { detail, hint: 'report this, with the command that was run' })];
}

function usage(error: CommanderError, args: readonly string[]): Problem {
  const missing = error.code === 'commander.help';
  const detail = missing
    ? 'no command was given'
    : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const command = commandNames.find((name) => name === args[0]);
  return problems('cli-usage', { detail, hint: `teardown ${command ? `${command} ` : ''}--help` });
}

if (import.meta.main) {
  const { NO_COLOR: noColour = '', TERM: terminal } = process.env;
  process.exit(
    await main(process.argv.slice(2), {
      projectRoot: resolve(import.meta.dirname, '..'),
      cwd: process.cwd(),
      environment: process.env,
      colours: process.stdout.isTTY && noColour === '' && terminal !== 'dumb',
      write: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
      now: () => new Date(),
    }),
  );
}
