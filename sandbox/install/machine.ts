import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Duration, within } from '../../diagnostics/index.ts';

export interface Finished {
  readonly code: number;
  /** Standard output and error together, in the order of their lines. */
  readonly output: string;
}

export interface CommandOptions {
  readonly limit: Duration;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line as it comes. */
  readonly progress?: (line: string) => void;
}

/** What the installation wants to know of this computer and do on it; tests put another one in its place. */
export interface Machine {
  /** Absolute path of the project. */
  readonly root: string;
  /** Absolute path of a command on PATH. */
  which(command: string): string | undefined;
  exists(path: string): boolean;
  /** Names in a directory; none if it is not there. */
  list(directory: string): readonly string[];
  /** A command that could not be started ends with code 127. Throws TimedOut after `limit`. */
  run(command: string, args: readonly string[], options: CommandOptions): Promise<Finished>;
  isRoot(): boolean;
}

export function thisMachine(root: string): Machine {
  return {
    root,
    which: (command) =>
      (process.env.PATH ?? '')
        .split(delimiter)
        .filter(isAbsolute)
        .map((directory) => join(directory, command))
        .find(isExecutable),
    exists: existsSync,
    list: (directory) => (existsSync(directory) ? readdirSync(directory) : []),
    run,
    isRoot: () => process.getuid?.() === 0,
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function run(command: string, args: readonly string[], options: CommandOptions): Promise<Finished> {
  const child = spawn(command, args, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      options.progress?.(line);
    });
  }
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      lines.push(error.message);
      resolve(127);
    });
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  try {
    const code = await within(options.limit, [command, ...args].join(' '), ended);
    return { code, output: lines.join('\n') };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The end of a command's output, which is where it says what went wrong. */
export function lastLines(output: string, count = 8): string {
  return output.trimEnd().split('\n').slice(-count).join('\n  ');
}
