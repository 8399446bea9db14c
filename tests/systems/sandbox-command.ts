import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../sandbox/index.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** A program as a stranger starts it: a process of its own, in the project, three minutes at most. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ran> {
  return new Promise((done) => {
    const options = { cwd: projectRoot, env, timeout: 180_000, maxBuffer: 16 * 1024 * 1024 };
    execFile(command, [...args], options, (failed, out, error) => {
      done({ code: failed === null ? 0 : Number(failed.code ?? -1), out, error });
    });
  });
}

/** `npm run sandbox -- ARGS`, without the look at what is installed. */
export function sandboxCommand(...args: readonly string[]): Promise<Ran> {
  return run(process.execPath, [join('sandbox', 'main.ts'), ...args]);
}
