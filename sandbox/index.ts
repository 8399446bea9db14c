/**
 * sandbox: everything the teardown needs on this machine and nowhere else: the engine, PostgreSQL, AWS and Auth0
 * stand-ins, and the sample CRM. Nothing of the product imports it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { TeardownError } from '../diagnostics/index.ts';
import { install, projectRoot, type Tools } from './install/index.ts';
import { layoutOf, type Layout } from './layout.ts';
import { problems } from './problems.ts';
import { nodeDirectory, preparePulumiHome, quoted } from './pulumi-home.ts';
import {
  type Identity,
  isRunning,
  readRecords,
  removeCluster,
  startIdentity,
  startMoto,
  startPostgresql,
  stopAll,
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

/**
 * Brings a sandbox up: what is already running is returned as it is; anything else of that name (a crashed one) is
 * ended and removed first. Installs what is missing on this machine. Throws TeardownError; then nothing is left running.
 */
export async function up(name: string): Promise<Sandbox> {
  const layout = layoutOf(name);
  if (status(name).running) return openSandbox(name);
  await down(name);
  const tools = await install();
  rmSync(layout.directory, { recursive: true, force: true });
  for (const directory of [layout.directory, layout.state, layout.logs]) {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  }
  preparePulumiHome(layout.pulumiHome);
  try {
    writeEnvironment(layout, await startServers(tools, layout), tools);
  } catch (error) {
    await down(name);
    throw error;
  }
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
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const path = [own.PATH, process.env.PATH].join(delimiter);
  return { name, directory: layout.directory, env: { ...Object.fromEntries(inherited), ...own, PATH: path } };
}

/**
 * Puts this process into a sandbox, as if it had been started with its environment; a CA from NODE_EXTRA_CA_CERTS
 * would otherwise be read at the start only. For the demo and for tests.
 */
export function enterSandbox({ env }: Pick<Sandbox, 'env'>): void {
  Object.assign(process.env, env);
  const authority = readFileSync(env.NODE_EXTRA_CA_CERTS ?? '', 'utf8');
  setDefaultCACertificates([...new Set([...getCACertificates('default'), authority])]);
}

/** Ends a sandbox and removes everything it has left. */
export async function remove(name: string): Promise<void> {
  await down(name);
  rmSync(layoutOf(name).directory, { recursive: true, force: true });
}

/** Ends the processes of a sandbox, and only those; removes the database cluster and keeps logs and files. */
export async function down(name: string): Promise<void> {
  const layout = layoutOf(name);
  await stopAll(layout.processes);
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

async function startServers(tools: Tools, layout: Layout): Promise<Record<string, string>> {
  const credentials = { clientId: 'teardown-runner', clientSecret: randomBytes(18).toString('base64url') };
  const [aws, identity, database] = await Promise.allSettled([
    startMoto(tools.moto, layout),
    startIdentity(layout, credentials),
    startPostgresql(tools.postgresql, layout),
  ]);
  return {
    CRM_DATABASE_URL: started(database),
    AWS_ENDPOINT_URL: started(aws),
    AWS_ACCESS_KEY_ID: 'teardown-runner',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'eu-central-1',
    AUTH0_DOMAIN: started<Identity>(identity).domain,
    AUTH0_CLIENT_ID: credentials.clientId,
    AUTH0_CLIENT_SECRET: credentials.clientSecret,
    NODE_EXTRA_CA_CERTS: started<Identity>(identity).caFile,
  };
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
  const lines = Object.entries(environment).map(([key, value]) =>
    key === 'PATH' ? `export PATH=${quoted(value)}:"$PATH"` : `export ${key}=${quoted(value)}`,
  );
  writeFileSync(layout.shell, `${lines.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(layout.environment, `${JSON.stringify(environment, undefined, 2)}\n`, { mode: 0o600 });
}
