import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { digest, TeardownError, within } from '../../diagnostics/index.ts';
import { failed, type PostgresqlBinaries } from '../install/index.ts';
import type { Layout } from '../layout.ts';
import { problems } from '../problems.ts';
import { onFreePort } from './ports.ts';
import { launch, type Launched, untilReady } from './processes.ts';

/** The runner's own role: the superuser the private cluster is made with. */
const runner = 'runner';

interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A private cluster on a free loopback port, with a generated password and no Unix socket. What it has
 * committed outlives a kill, but no end of the machine (fsync is off). Returns the URL of the runner's connection to the database `postgres`.
 */
export async function startPostgresql(
  binaries: PostgresqlBinaries,
  layout: Layout,
  choosePort?: () => Promise<number>,
): Promise<string> {
  const user = serverUser();
  const data = dataDirectory(layout, user);
  const password = randomBytes(18).toString('base64url');
  initialise(binaries, data, password, user);
  return onFreePort(async (port) => {
    const url = `postgresql://${runner}:${password}@127.0.0.1:${port}/postgres`;
    await untilReady(launchServer(binaries, layout, data, port, user), '30 seconds', () => answers(url));
    return url;
  }, choosePort);
}

/** Where the cluster of a sandbox may lie. */
export function clustersOf(layout: Layout): readonly string[] {
  return [layout.postgresql, dirname(elsewhere(layout))];
}

/** Removes the data of a cluster that has been stopped, wherever it had to be. */
export function removeCluster(layout: Layout): void {
  for (const directory of clustersOf(layout)) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function initialise(
  binaries: PostgresqlBinaries,
  data: string,
  password: string,
  user: ServerUser | undefined,
): void {
  mkdirSync(dirname(data), { recursive: true });
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid);
  const settings = [
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--auth-local=reject',
    '--auth-host=scram-sha-256',
  ];
  const made = spawnSync(
    join(binaries.directory, 'initdb'),
    [`--pgdata=${data}`, `--username=${runner}`, `--pwfile=${passwordFile}`, ...settings],
    { cwd: '/', encoding: 'utf8', timeout: 60_000, ...user },
  );
  rmSync(passwordFile);
  if (made.status === 0) return;
  throw failed(made.stderr || String(made.error), {
    code: 'sandbox-server',
    about: 'initdb failed',
    hint: `check that ${dirname(data)} is writable`,
  });
}

function launchServer(
  binaries: PostgresqlBinaries,
  layout: Layout,
  data: string,
  port: number,
  user: ServerUser | undefined,
): Launched {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // In the cluster's own directory, not in /dev/shm: a killed server would leave files there.
    dynamic_shared_memory_type: 'mmap',
    // What is committed outlives a kill of the server, but not of the machine.
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    max_connections: 200,
    wal_level: 'logical',
    max_prepared_transactions: 10,
  };
  return launch(layout.processes, {
    name: 'postgresql',
    command: join(binaries.directory, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    directory: '/',
    log: join(layout.logs, 'postgresql.log'),
    user,
    stopSignal: 'SIGINT',
  });
}

async function answers(url: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await within('5 seconds', 'asking PostgreSQL for an answer', client.connect());
    return true;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root: root runs it as the user that Debian's package made. */
function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  const hint = 'useradd --system postgres, or run this as an ordinary user';
  throw new TeardownError(
    problems('sandbox-no-server-user', { detail: 'there is no user "postgres"', hint }),
  );
}

/** The sandbox's own directory, unless the server's user cannot reach it (a project under /root). */
function dataDirectory(layout: Layout, user: ServerUser | undefined): string {
  return user === undefined || reachable(layout.directory, user) ? layout.postgresql : elsewhere(layout);
}

function elsewhere(layout: Layout): string {
  return join('/var/tmp', `crm-teardown-${digest(layout.directory).slice(0, 16)}`, 'pg');
}

function reachable(directory: string, user: ServerUser): boolean {
  const { mode, uid, gid } = statSync(directory);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  const parent = dirname(directory);
  return (mode & bit) !== 0 && (parent === directory || reachable(parent, user));
}
