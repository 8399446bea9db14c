import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { within } from '../../diagnostics/index.ts';
import type { Pulumi, RunningPulumi } from '../pulumi.ts';
import { teardown } from '../teardown-command.ts';

/** Whose commands they are. */
export interface Seat {
  readonly pulumi: Pulumi;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs what `teardown status` printed, as an operator who fills in name and reason; answers the update, if it starts one. */
export async function follow(
  command: string,
  seat: Seat,
  flags: readonly string[],
): Promise<RunningPulumi | undefined> {
  const { pulumi, env } = seat;
  let running: RunningPulumi | undefined;
  for (const one of command.split(' && ')) {
    const [tool, ...words] = one.split(' ');
    const stage = /^pulumi config set stage (\S+)$/.exec(one)?.[1];
    if (stage !== undefined) pulumi.configure({ stage });
    else if (one === 'pulumi up') running = pulumi.start('up', flags);
    else if (one.startsWith('pulumi refresh ')) await refresh(one, pulumi);
    else if (tool === 'psql') await promisify(execFile)('sh', ['-c', one], { env, timeout: 60_000 });
    else if (tool === 'teardown')
      await ask(
        words.map((word) => filledIn[word] ?? word),
        seat,
      );
    else throw new Error(`teardown status says: ${command}`);
  }
  return running;
}

const filledIn: Readonly<Record<string, string>> = { NAME: 'reviewer', TEXT: 'reviewed' };

/** What a command of `teardown` prints. Throws if it refuses. */
export async function ask(args: readonly string[], { pulumi, env }: Seat): Promise<string> {
  const what = `teardown ${args.join(' ')}`;
  const { code, output } = await within('2 minutes', what, teardown(args, pulumi, env));
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${output}`);
  return output;
}

async function refresh(command: string, pulumi: Pulumi): Promise<void> {
  const targets = [...command.matchAll(/--target '([^']+)'/g)].flatMap(([, urn = '']) => ['--target', urn]);
  const { exitCode, stdout, stderr } = await pulumi.refresh([
    ...targets,
    '--skip-pending-creates',
    '--skip-preview',
  ]);
  if (exitCode !== 0) throw new Error(`${command} ended with ${String(exitCode)}:\n${stdout}\n${stderr}`);
}
