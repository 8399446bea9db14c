import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { isAtLeast } from './engine.ts';
import { failed, type Failure, perform, withoutCredentials } from './failures.ts';
import type { Finished, Machine } from './machine.ts';
import { installPackages } from './packages.ts';

export interface Moto {
  /** The Python of the private environment. */
  readonly python: string;
}

const oldestPython = '3.10';

/** The private environment made for exactly the pinned requirements. */
export function findMoto(machine: Machine): Promise<Moto | undefined> {
  const directory = motoDirectory(machine);
  const complete = machine.exists(join(directory, 'complete'));
  return Promise.resolve(complete ? { python: pythonOf(directory) } : undefined);
}

/** Makes the environment in its final place (it cannot be moved) and marks it complete last. */
export async function installMoto(machine: Machine, progress: (line: string) => void): Promise<Moto> {
  await requirePython(machine);
  const directory = motoDirectory(machine);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  await makeEnvironment(machine, directory, progress);
  const requirements = requirementsFile(machine);
  const options = ['--no-deps', '--no-input', '--disable-pip-version-check', '--retries=2', '--timeout=20'];
  const command = [pythonOf(directory), '-m', 'pip', 'install', ...options, '-r', requirements] as const;
  await perform(machine, command, { limit: '10 minutes', progress }, await pipFailure(machine, directory));
  writeFileSync(join(directory, 'incomplete'), '');
  renameSync(join(directory, 'incomplete'), join(directory, 'complete'));
  return { python: pythonOf(directory) };
}

async function requirePython(machine: Machine): Promise<void> {
  const hint = `sudo apt-get install python3 python3-venv  # ${oldestPython} or newer`;
  if (machine.which('python3') === undefined) {
    throw new TeardownError(problems('sandbox-no-python', { detail: 'no "python3" on PATH', hint }));
  }
  const { output } = await machine.run('python3', ['--version'], { limit: '30 seconds' });
  if (!isAtLeast(output.trim().replace(/^Python /, ''), oldestPython)) {
    const detail = `python3 says "${output.trim()}", needed is ${oldestPython} or newer`;
    throw new TeardownError(problems('sandbox-no-python', { detail, hint }));
  }
}

async function makeEnvironment(
  machine: Machine,
  directory: string,
  progress: (line: string) => void,
): Promise<void> {
  const make = (): Promise<Finished> =>
    machine.run('python3', ['-m', 'venv', '--clear', directory], { limit: '3 minutes', progress });
  let made = await make();
  if (made.code !== 0 && /ensurepip is not available|python3[.\d]*-venv/.test(made.output)) {
    const wanted = { packages: ['python3-venv'], reason: 'moto gets a private Python environment' };
    await installPackages(machine, wanted, progress);
    made = await make();
  }
  if (made.code !== 0) {
    throw failed(made.output, {
      code: 'sandbox-python-venv',
      hint: 'sudo apt-get install -y --no-install-recommends python3-venv',
    });
  }
}

async function pipFailure(machine: Machine, directory: string): Promise<Failure> {
  const { output } = await machine.run(pythonOf(directory), ['-m', 'pip', 'config', 'list'], {
    limit: '30 seconds',
  });
  return {
    code: 'sandbox-moto',
    hint: `python3 -m pip download --no-deps -d /tmp/moto -r sandbox/install/moto-requirements.txt`,
    registry: {
      code: 'sandbox-moto-download',
      setting: indexOf(output),
      hint: 'set PIP_INDEX_URL to a Python package index that can be reached, then run the command again',
    },
  };
}

/** As `pip config list` tells it: an environment variable counts before any file. */
function indexOf(settings: string): string {
  const found = [...settings.matchAll(/^(:env:|\w+)\.index-url='(.*)'$/gm)];
  const [, where, url] = found.find(([, from]) => from === ':env:') ?? found.at(-1) ?? [];
  if (url === undefined) return 'PIP_INDEX_URL is not set, so the index is https://pypi.org/simple';
  const name = where === ':env:' ? 'PIP_INDEX_URL' : "pip's index-url";
  return `${name} is ${withoutCredentials(url)}`;
}

function motoDirectory(machine: Machine): string {
  const pins = readFileSync(requirementsFile(machine));
  const key = createHash('sha256').update(pins).digest('hex').slice(0, 16);
  return join(machine.root, '.tools', 'moto', key);
}

function requirementsFile(machine: Machine): string {
  return join(machine.root, 'sandbox', 'install', 'moto-requirements.txt');
}

function pythonOf(directory: string): string {
  return join(directory, 'bin', 'python');
}
