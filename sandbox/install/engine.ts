import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { type Failure, perform, withoutCredentials } from './failures.ts';
import type { Machine } from './machine.ts';

export interface Engine {
  /** Directory of the `pulumi` executable and of its language host. */
  readonly directory: string;
  /** Built here, with our own language host beside it; false for a CLI found on PATH. */
  readonly built: boolean;
}

export const oldestEngine = '3.259.0';
const languageHost = 'pulumi-language-nodejs';
const module_ = 'github.com/pulumi/pulumi/pkg/v3';
const package_ = `${module_}/cmd/pulumi`;
/** In the name of a directory that is being built. */
const unfinished = '.building-';
const versionVariable = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version';

/** The CLI on PATH if it is recent enough and brings its language host; else the one built for this go.sum. */
export async function findEngine(machine: Machine): Promise<Engine | undefined> {
  return (await engineOnPath(machine)) ?? builtEngine(machine);
}

async function engineOnPath(machine: Machine): Promise<Engine | undefined> {
  const found = machine.which('pulumi');
  if (found === undefined || found.startsWith(join(machine.root, '.tools') + sep)) return undefined;
  const { code, output } = await machine.run(found, ['version'], {
    limit: '30 seconds',
    environment: { PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
  const directory = machine.exists(found) ? dirname(realpathSync(found)) : dirname(found);
  const usable = code === 0 && isAtLeast(output.trim(), oldestEngine);
  return usable && machine.exists(join(directory, languageHost)) ? { directory, built: false } : undefined;
}

function builtEngine(machine: Machine): Engine | undefined {
  const directory = engineDirectory(machine);
  if (!machine.exists(join(directory, 'pulumi'))) return undefined;
  placeLanguageHost(machine, directory);
  return { directory, built: true };
}

/**
 * Builds the engine from its Go modules into a directory keyed by the hash of go.sum. What a killed build has left is removed. To be
 * called by one process at a time.
 */
export async function buildEngine(machine: Machine, progress: (line: string) => void): Promise<Engine> {
  await requireGo(machine);
  const directory = engineDirectory(machine);
  removeUnfinished(machine, dirname(directory));
  const building = `${directory}${unfinished}${process.pid}`;
  const variable = `-X ${versionVariable}=v${wantedVersion(machine)}`;
  const flags = [
    '-trimpath',
    '-mod=readonly',
    '-tags',
    'osusergo,grpcnotrace',
    '-ldflags',
    `-s -w ${variable}`,
  ];
  const inEngine = {
    directory: join(machine.root, 'sandbox', 'engine'),
    environment: { GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    progress,
  };
  const failure = await goFailure(machine);
  try {
    // One module first: a proxy that cannot be reached is found in minutes, however long the build may take.
    const firstModule = ['go', 'mod', 'download', module_] as const;
    await perform(machine, firstModule, { ...inEngine, limit: '3 minutes' }, failure);
    const build = ['go', 'build', '-v', ...flags, '-o', `${building}/`, package_] as const;
    await perform(machine, build, { ...inEngine, limit: '60 minutes' }, failure);
    placeLanguageHost(machine, building);
    renameSync(building, directory);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return { directory, built: true };
}

function removeUnfinished(machine: Machine, directory: string): void {
  for (const name of machine.list(directory).filter((entry) => entry.includes(unfinished))) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

async function requireGo(machine: Machine): Promise<void> {
  const wanted = /^go (\d+\.\d+)/m.exec(readEngineFile(machine, 'go.mod'))?.[1] ?? '';
  const hint = `install Go ${wanted} or newer (https://go.dev/dl), or the Pulumi CLI ${oldestEngine} or newer; then run this again`;
  const needed = `no pulumi ${oldestEngine} or newer with its language host on PATH, so the engine is to be built`;
  if (machine.which('go') === undefined) {
    throw new TeardownError(problems('sandbox-no-go', { detail: `${needed}; no "go" on PATH`, hint }));
  }
  const { output } = await machine.run('go', ['env', 'GOVERSION'], {
    limit: '30 seconds',
    directory: machine.root,
    environment: { GOTOOLCHAIN: 'local' },
  });
  const found = output.trim().replace(/^go/, '');
  if (!isAtLeast(found, wanted)) {
    throw new TeardownError(
      problems('sandbox-old-go', { detail: `${needed}; go is ${found || 'unknown'}`, hint }),
    );
  }
}

async function goFailure(machine: Machine): Promise<Failure> {
  const { output } = await machine.run('go', ['env', 'GOPROXY'], {
    limit: '30 seconds',
    directory: machine.root,
    environment: { GOTOOLCHAIN: 'local' },
  });
  return {
    code: 'sandbox-engine-build',
    hint: `cd sandbox/engine && go build ${package_}`,
    cacheHint: 'export GOMODCACHE=$PWD/.tools/go/modules GOCACHE=$PWD/.tools/go/build',
    registry: {
      code: 'sandbox-engine-download',
      setting: `GOPROXY is ${withoutCredentials(output.trim())}`,
      hint: `cd sandbox/engine && go mod download ${module_}  # when this works, run the command again`,
    },
  };
}

/** Written only if it is another one: programs of other runs may be starting from it. */
function placeLanguageHost(machine: Machine, directory: string): void {
  const source = join(machine.root, 'sandbox', 'language-host', languageHost);
  const target = join(directory, languageHost);
  if (existsSync(target) && readFileSync(target).equals(readFileSync(source))) return;
  copyFileSync(source, target);
  chmodSync(target, 0o755);
}

function engineDirectory(machine: Machine): string {
  const key = createHash('sha256').update(readEngineFile(machine, 'go.sum')).digest('hex').slice(0, 16);
  return join(machine.root, '.tools', 'engine', key);
}

function wantedVersion(machine: Machine): string {
  const line = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(readEngineFile(machine, 'go.mod'));
  return line?.[1] ?? oldestEngine;
}

function readEngineFile(machine: Machine, name: 'go.mod' | 'go.sum'): string {
  return readFileSync(join(machine.root, 'sandbox', 'engine', name), 'utf8');
}

/** Compares dotted versions number by number; a leading "v" and anything after the numbers are ignored. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = (text: string): number[] =>
    (/^v?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '').split('.').filter(Boolean).map(Number);
  const have = numbers(version);
  if (have.length === 0) return false;
  const difference = numbers(oldest).map((number, place) => (have[place] ?? 0) - number);
  return (difference.find((item) => item !== 0) ?? 0) >= 0;
}
