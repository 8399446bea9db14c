/**
 * sandbox: everything the teardown needs on this machine and nowhere else: the engine, PostgreSQL, AWS and Auth0
 * stand-ins, and the sample CRM. Nothing of the product imports it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { shellWord, TeardownError } from '../diagnostics/index.ts';
import { install, projectRoot, type Tools } from './install/index.ts';
import { layoutOf, type Layout } from './layout.ts';
import { problems } from './problems.ts';
import { type ServerName, serverNames, variablesOf } from './needs.ts';
import { nodeDirectory, preparePulumiHome } from './pulumi-home.ts';
import { runSeed } from './seed.ts';
import {
  isRunning,
  readRecords,
  clustersOf,
  removeCluster,
  startIdentity,
  startMoto,
  startPostgresql,
  stopAll,
  untilLeft,
} from './servers/index.ts';

export { hold, letGo } from './hold.ts';
export { projectRoot, type Tools } from './install/index.ts';
export { Pulumi, type Changes, type PulumiResult, type ResourceOperation } from './pulumi.ts';

/** A running sandbox. */
export interface Sandbox {
  readonly name: string;
  /** Its own directory, `.sandbox/<name>`; absolute. */
  readonly directory: string;
  /** A whole environment for child processes: live systems, engine, PATH. */
  readonly env: Readonly<Record<string, string>>;
}

export interface SandboxStatus {
  readonly name: string;
  /** True if every process is running. */
  readonly running: boolean;
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly running: boolean }[];
}

/** What a sandbox is made of. */
export interface UpOptions {
  /** The live systems it runs. @default all */
  readonly servers?: readonly ServerName[];
  /** A second name for CRM_DATABASE_URL: the one an inventory gives its credentials. */
  readonly databaseVariable?: string | undefined;
  /** An SQL file that psql runs on its PostgreSQL server before the sandbox counts as up. */
  readonly seed?: string | undefined;
  /** What the seed reads as :accounts. */
  readonly accounts?: number | undefined;
}

/**
 * Brings a sandbox up: what is already running is returned as it is; anything else of that name (a crashed one) is
 * ended and removed first. Installs what is missing on this machine. Throws TeardownError; then nothing is left running.
 * Of servers that did not start the logs are left, until the next `up` or `down`.
 */
export async function up(name: string, options: UpOptions = {}): Promise<Sandbox> {
  const layout = layoutOf(name);
  if (status(name).running) return openSandbox(name);
  await down(name);
  const tools = await install();
  for (const directory of [layout.directory, layout.state, layout.logs]) {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  }
  preparePulumiHome(layout.pulumiHome);
  const servers = startServers(tools, layout, options.servers ?? serverNames);
  const systems = await orElse(servers, () => endProcesses(layout));
  await orElse(runSeedOf(tools, systems, options), () => down(name));
  writeEnvironment(layout, named(systems, options), tools);
  return openSandbox(name);
}

/** The sandbox that `up` has started, here or in another process. Throws TeardownError if it is not running. */
export function openSandbox(name: string): Sandbox {
  const layout = layoutOf(name);
  if (!status(name).running) {
    const hint = `npm run sandbox -- up --name ${name}`;
    throw new TeardownError(problems('sandbox-not-up', { detail: `sandbox "${name}"`, hint }));
  }
  const own = JSON.parse(readFileSync(layout.environment, 'utf8')) as Record<string, string>;
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !liveVariables.includes(entry[0]),
  );
  const path = [own.PATH, process.env.PATH].join(delimiter);
  return { name, directory: layout.directory, env: { ...Object.fromEntries(inherited), ...own, PATH: path } };
}

/**
 * Puts this process into a sandbox, as if it had been started with its environment; a CA from NODE_EXTRA_CA_CERTS
 * would otherwise be read at the start only. For the demo and for tests.
 */
export function enterSandbox({ env }: Pick<Sandbox, 'env'>): void {
  for (const variable of liveVariables) Reflect.deleteProperty(process.env, variable);
  Object.assign(process.env, env);
  if (env.NODE_EXTRA_CA_CERTS === undefined) return;
  const authority = readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8');
  setDefaultCACertificates([...new Set([...getCACertificates('default'), authority])]);
}

/** Ends the processes of a sandbox, and only those, and removes everything it has left: database, state, logs, files. */
export async function down(name: string): Promise<void> {
  const layout = layoutOf(name);
  await endProcesses(layout);
  rmSync(layout.directory, { recursive: true, force: true, maxRetries: 5 });
}

async function endProcesses(layout: Layout): Promise<void> {
  await stopAll(layout.processes);
  await untilLeft(clustersOf(layout));
  removeCluster(layout);
}

export function status(name: string): SandboxStatus {
  const layout = layoutOf(name);
  const processes = readRecords(layout.processes).map((record) => ({
    name: record.name,
    pid: record.pid,
    running: isRunning(record),
  }));
  const complete = existsSync(layout.environment) && processes.length > 0;
  return { name, running: complete && processes.every((process) => process.running), processes };
}

/** Every variable that reaches a live system of a sandbox; one without the server must not fall back on the caller's own. */
const liveVariables: readonly string[] = Object.values(variablesOf).flat();

type Systems = Readonly<Record<string, string>>;

async function startServers(tools: Tools, layout: Layout, servers: readonly ServerName[]): Promise<Systems> {
  const credentials = { clientId: 'teardown-runner', clientSecret: randomBytes(18).toString('base64url') };
  const start: Record<ServerName, () => Promise<Systems>> = {
    postgresql: async () => ({ CRM_DATABASE_URL: await startPostgresql(tools.postgresql, layout) }),
    moto: async () => ({
      AWS_ENDPOINT_URL: await startMoto(tools.moto, layout),
      AWS_ACCESS_KEY_ID: 'teardown-runner',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: 'eu-central-1',
    }),
    identity: async () => {
      const { domain, caFile } = await startIdentity(layout, credentials);
      return {
        AUTH0_DOMAIN: domain,
        AUTH0_CLIENT_ID: credentials.clientId,
        AUTH0_CLIENT_SECRET: credentials.clientSecret,
        NODE_EXTRA_CA_CERTS: caFile,
      };
    },
  };
  const results = await Promise.allSettled(servers.map((server) => start[server]()));
  return Object.assign({}, ...results.map(started)) as Systems;
}

/** Cleans up after what failed, and passes the failure on. */
async function orElse<Answer>(work: Promise<Answer>, cleanUp: () => Promise<void>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function runSeedOf(
  tools: Tools,
  { CRM_DATABASE_URL: url }: Systems,
  { seed, accounts }: UpOptions,
): Promise<void> {
  if (seed === undefined) return;
  if (url === undefined) throw new Error('bug: a seed for a sandbox without PostgreSQL');
  await runSeed(tools.postgresql, url, seed, { accounts });
}

function named(systems: Systems, { databaseVariable }: UpOptions): Systems {
  const url = systems.CRM_DATABASE_URL;
  return databaseVariable === undefined || url === undefined
    ? systems
    : { [databaseVariable]: url, ...systems };
}

function started<Answer>(result: PromiseSettledResult<Answer>): Answer {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}

/** Written last: a sandbox without this file is not up. */
function writeEnvironment(layout: Layout, systems: Readonly<Record<string, string>>, tools: Tools): void {
  const environment = {
    ...systems,
    PULUMI_HOME: layout.pulumiHome,
    PULUMI_BACKEND_URL: `file://${layout.state}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(18).toString('base64url'),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_IGNORE_AMBIENT_PLUGINS: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_REGISTRY_RESOLVE: 'true',
    PATH: [tools.engine.directory, nodeDirectory, join(projectRoot, 'cli')].join(delimiter),
  };
  const absent = liveVariables.filter((variable) => !Object.hasOwn(environment, variable));
  const lines = Object.entries(environment).map(([key, value]) =>
    key === 'PATH' ? `export PATH=${shellWord(value)}:"$PATH"` : `export ${key}=${shellWord(value)}`,
  );
  const without = absent.length > 0 ? [`unset ${absent.join(' ')}`] : [];
  writeFileSync(layout.shell, `${[...without, ...lines].join('\n')}\n`, { mode: 0o600 });
  writeFileSync(layout.environment, `${JSON.stringify(environment, undefined, 2)}\n`, { mode: 0o600 });
}
