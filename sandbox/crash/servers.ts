import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { projectRoot, type Sandbox } from '../index.ts';
import { layoutOf } from '../layout.ts';
import { isRunning, launch, readRecords, untilReady } from '../servers/index.ts';
import type { Victim } from './kills.ts';

/** The live systems of a sandbox, as things that can be killed and come back. */
export interface Servers {
  /** The sandbox's environment, by the ways that can be killed. */
  readonly env: Readonly<Record<string, string>>;
  /** Kills one with SIGKILL. False: it is none of them, or not running. */
  readonly kill: (victim: Victim) => boolean;
  /** Starts what was killed again, at the same address with the same data; returns when it answers. */
  readonly restart: () => Promise<void>;
}

interface Server {
  /** The name of its process. */
  readonly record: string;
  readonly answers: () => Promise<true | undefined>;
  /** Arguments of the second start: it chose its port at the first. */
  readonly more?: readonly string[];
}

type Start = () => Promise<unknown>;

/** Puts a relay before AWS, which keeps its state in memory. It ends with the sandbox. */
export async function killableServers({ name, env }: Sandbox): Promise<Servers> {
  const layout = layoutOf(name);
  const aws = new URL(env.AWS_ENDPOINT_URL ?? '');
  const log = (record: string): string => join(layout.logs, `${record}.log`);
  const relay = {
    name: 'relay-aws',
    command: process.execPath,
    args: [join(projectRoot, 'sandbox', 'crash', 'relay.ts'), aws.port],
    directory: layout.directory,
    log: log('relay-aws'),
    stopSignal: 'SIGTERM',
  } as const;
  const launched = launch(layout.processes, relay);
  aws.port = await untilReady(launched, '30 seconds', () => Promise.resolve(announced(launched.log)));
  const identityPort = env.AUTH0_DOMAIN?.split(':')[1] ?? '';
  const servers: Partial<Record<Victim, Server>> = {
    database: { record: 'postgresql', answers: () => databaseAnswers(env.CRM_DATABASE_URL ?? '') },
    aws: { record: 'relay-aws', answers: () => accepts(aws.port), more: [aws.port] },
    identity: { record: 'identity', answers: () => accepts(identityPort), more: ['--port', identityPort] },
  };
  const dead: Start[] = [];
  return {
    env: { ...env, AWS_ENDPOINT_URL: aws.origin },
    kill(victim) {
      const server = servers[victim];
      const found = readRecords(layout.processes).find((each) => each.name === server?.record);
      if (server === undefined || found === undefined || !isRunning(found)) return false;
      const again = { ...commandOf(found.pid, server.more), ...found, log: log(found.name) };
      process.kill(found.pid, 'SIGKILL');
      dead.push(() =>
        started(() => untilReady(launch(layout.processes, again), '30 seconds', server.answers)),
      );
      return true;
    },
    async restart() {
      for (const start of dead.splice(0)) await start();
    },
  };
}

/** The port that a relay has chosen. */
function announced(file: string): string | undefined {
  return /^port (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
}

/** The children of a killed server go by themselves, and until then it cannot start: some attempts are granted. */
async function started(start: Start, attempts = 5): Promise<unknown> {
  return attempts === 1 ? start() : start().catch(() => started(start, attempts - 1));
}

/** How a running process was started, so that it can be started again. */
function commandOf(pid: number, more: readonly string[] = []) {
  const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const { uid, gid } = statSync(`/proc/${pid}`);
  return {
    command,
    args: [...args, ...more],
    directory: readlinkSync(`/proc/${pid}/cwd`),
    user: { uid, gid },
  };
}

async function databaseAnswers(url: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  return client.connect().then(
    () => client.end().then(() => true as const),
    () => undefined,
  );
}

async function accepts(port: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(undefined);
    });
  });
}
