import { main } from '../cli/main.ts';
import type { Pulumi } from './pulumi.ts';
import { projectRoot } from './install/index.ts';

/** What one command line answered and printed. */
export interface Answer {
  readonly code: number;
  readonly output: string;
}

/** The command line of `teardown` on a stack, in this process: a new one for each would take longer than the command. */
export async function teardown(
  args: readonly string[],
  { configFile, stack }: Pick<Pulumi, 'configFile' | 'stack'>,
  env: Readonly<Record<string, string>>,
): Promise<Answer> {
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const words = [...args, '--stack', stack, '--config-file', configFile];
  const code = await main(words, {
    projectRoot,
    cwd: projectRoot,
    environment: { ...env },
    colours: false,
    write,
    writeError: write,
    now: () => new Date(),
  });
  return { code, output };
}
