import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { lastLines, type Machine } from './machine.ts';

/** Package managers hold one lock: our own installations wait for each other. */
let queue: Promise<unknown> = Promise.resolve();

/** Debian packages and the reason they are needed, as error messages name it. */
export interface Wanted {
  readonly packages: readonly string[];
  readonly reason: string;
}

/** Installs Debian packages as root or through sudo without a question. Throws TeardownError with the command to run. */
export async function installPackages(
  machine: Machine,
  wanted: Wanted,
  progress: (line: string) => void,
): Promise<void> {
  const mine = queue.then(() => installNow(machine, wanted, progress));
  queue = mine.catch(() => undefined);
  await mine;
}

/** Runs a command as root: directly, or through sudo. Throws TeardownError when neither is possible. */
export async function asRoot(
  machine: Machine,
  wanted: Wanted,
  command: readonly [string, ...string[]],
  progress: (line: string) => void,
): Promise<string> {
  const hint = `sudo ${installCommand(wanted)}`;
  const detail = `${wanted.reason}: the packages ${wanted.packages.join(', ')}`;
  if (machine.which('apt-get') === undefined) {
    throw new TeardownError(
      problems('sandbox-no-apt', { detail, hint: `install ${wanted.packages.join(' ')}` }),
    );
  }
  if (!machine.isRoot() && !(await hasSudo(machine))) {
    throw new TeardownError(problems('sandbox-no-superuser', { detail, hint }));
  }
  const [program, ...args] = machine.isRoot() ? command : (['sudo', '-n', ...command] as const);
  const { code, output } = await machine.run(program, args, {
    limit: '15 minutes',
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
    progress,
  });
  if (code !== 0) {
    const problem = { detail: `${detail}\n  ${lastLines(output)}`, hint };
    throw new TeardownError(problems('sandbox-package', problem));
  }
  return output;
}

async function installNow(machine: Machine, wanted: Wanted, progress: (line: string) => void): Promise<void> {
  await asRoot(machine, wanted, ['apt-get', 'update'], progress);
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', ...installCommand(wanted).split(' ')] as const;
  await asRoot(machine, wanted, command, progress);
}

function installCommand(wanted: Wanted): string {
  return `apt-get install -y --no-install-recommends ${wanted.packages.join(' ')}`;
}

async function hasSudo(machine: Machine): Promise<boolean> {
  if (machine.which('sudo') === undefined) return false;
  const { code } = await machine.run('sudo', ['-n', 'true'], { limit: '10 seconds' });
  return code === 0;
}
