import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { perform } from './failures.ts';
import type { Machine } from './machine.ts';

/** Package managers hold one lock: our own installations wait for each other. */
let queue: Promise<unknown> = Promise.resolve();

/** Debian packages and the reason they are needed, as error messages name it. */
export interface Wanted {
  readonly packages: readonly string[];
  readonly reason: string;
}

/**
 * Installs Debian packages, or only `these` of them, as root or through sudo without a question. Throws TeardownError with the
 * command that installs all of them.
 */
export async function installPackages(
  machine: Machine,
  wanted: Wanted,
  progress: (line: string) => void,
  these: readonly string[] = wanted.packages,
): Promise<void> {
  const mine = queue.then(() => installNow(machine, wanted, progress, these));
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
  const { packages, reason } = wanted;
  const detail = `${reason}: ${packages.length > 1 ? 'packages' : 'package'} ${packages.join(', ')}`;
  const hint = `sudo apt-get update && sudo ${installCommand(packages).join(' ')}`;
  if (machine.which('apt-get') === undefined) {
    throw new TeardownError(problems('sandbox-no-apt', { detail, hint: `install ${packages.join(' ')}` }));
  }
  if (!machine.isRoot() && !(await hasSudo(machine))) {
    throw new TeardownError(problems('sandbox-no-superuser', { detail, hint }));
  }
  const asked = machine.isRoot() ? command : (['sudo', '-n', ...command] as const);
  return perform(
    machine,
    asked,
    { limit: '15 minutes', environment: { DEBIAN_FRONTEND: 'noninteractive' }, progress },
    { code: 'sandbox-package', about: detail, hint },
  );
}

async function installNow(
  machine: Machine,
  wanted: Wanted,
  progress: (line: string) => void,
  these: readonly string[],
): Promise<void> {
  await asRoot(machine, wanted, ['apt-get', ...patience, 'update'], progress);
  const [program, ...args] = installCommand(these);
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', program, ...patience, ...args] as const;
  await asRoot(machine, wanted, command, progress);
}

/** A mirror that does not answer is given up soon; another apt that is at work is waited for. */
const patience = [
  '-o',
  'Acquire::http::Timeout=20',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'DPkg::Lock::Timeout=300',
];

function installCommand(packages: readonly string[]): readonly [string, ...string[]] {
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

async function hasSudo(machine: Machine): Promise<boolean> {
  if (machine.which('sudo') === undefined) return false;
  const { code } = await machine.run('sudo', ['-n', 'true'], { limit: '10 seconds' });
  return code === 0;
}
