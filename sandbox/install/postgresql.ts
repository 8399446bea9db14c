import { join } from 'node:path';
import { TeardownError } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { isAtLeast } from './engine.ts';
import type { Machine } from './machine.ts';
import { asRoot, installPackages } from './packages.ts';

export interface PostgresqlBinaries {
  /** Directory with initdb and postgres. */
  readonly directory: string;
}

export const oldestPostgresql = '15';
const debianRoot = '/usr/lib/postgresql';
const clusterSettings = '/etc/postgresql-common/createcluster.conf';

/** Server binaries: where Debian puts them (newest first), else where pg_config says. */
export async function findPostgresql(machine: Machine): Promise<PostgresqlBinaries | undefined> {
  const debian = machine
    .list(debianRoot)
    .filter((version) => isAtLeast(version, oldestPostgresql))
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(debianRoot, version, 'bin'))
    .find((directory) => hasServer(machine, directory));
  if (debian !== undefined) return { directory: debian };
  return postgresqlOfConfig(machine);
}

async function postgresqlOfConfig(machine: Machine): Promise<PostgresqlBinaries | undefined> {
  if (machine.which('pg_config') === undefined) return undefined;
  const ask = async (flag: string): Promise<string> =>
    (await machine.run('pg_config', [flag], { limit: '10 seconds' })).output.trim();
  const directory = await ask('--bindir');
  const version = (await ask('--version')).replace(/^PostgreSQL /, '');
  const usable = isAtLeast(version, oldestPostgresql) && hasServer(machine, directory);
  return usable ? { directory } : undefined;
}

function hasServer(machine: Machine, directory: string): boolean {
  return ['initdb', 'postgres'].every((name) => machine.exists(join(directory, name)));
}

/** Installs Debian's server and keeps its package from creating and starting a cluster of its own. */
export async function installPostgresql(
  machine: Machine,
  progress: (line: string) => void,
): Promise<PostgresqlBinaries> {
  const reason = `the sandbox runs PostgreSQL ${oldestPostgresql} or newer${tooOld(machine)}`;
  const server = { packages: ['postgresql-common', 'postgresql'], reason };
  await installPackages(machine, server, progress, ['postgresql-common']);
  const noCluster = `printf '\\ncreate_main_cluster = false\\n' >> ${clusterSettings}`;
  const isSet = `grep -qE '^ *create_main_cluster *= *false' ${clusterSettings}`;
  await asRoot(machine, server, ['sh', '-c', `${isSet} || ${noCluster}`], progress);
  await installPackages(machine, server, progress, ['postgresql']);
  const found = await findPostgresql(machine);
  if (found !== undefined) return found;
  const detail = `the package postgresql is installed, but brings no server ${oldestPostgresql} or newer${tooOld(machine)}`;
  const hint = `install PostgreSQL ${oldestPostgresql} or newer (https://www.postgresql.org/download) and put its pg_config on PATH`;
  throw new TeardownError(problems('sandbox-no-postgresql', { detail, hint }));
}

function tooOld(machine: Machine): string {
  const found = machine.list(debianRoot);
  return found.length > 0 ? `, found is ${found.join(', ')}` : '';
}
