import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../install/index.ts';
import type { Layout } from '../layout.ts';
import { launch, untilReady } from './processes.ts';

/** What the identity stand-in prints as its first line. */
export interface Identity {
  readonly port: number;
  /** Host and port, as AUTH0_DOMAIN names them. */
  readonly domain: string;
  /** The private CA that signed the stand-in's certificate. */
  readonly caFile: string;
}

export interface IdentityCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Starts the stand-in of the Auth0 Management API; it knows one machine client, the runner's. */
export async function startIdentity(layout: Layout, credentials: IdentityCredentials): Promise<Identity> {
  mkdirSync(layout.identity, { recursive: true });
  const log = join(layout.logs, 'identity.log');
  const launched = launch(layout.processes, {
    name: 'identity',
    command: process.execPath,
    args: [join(projectRoot, 'sandbox', 'identity', 'main.ts'), '--data', layout.identity],
    environment: { AUTH0_CLIENT_ID: credentials.clientId, AUTH0_CLIENT_SECRET: credentials.clientSecret },
    directory: layout.directory,
    log,
    stopSignal: 'SIGTERM',
  });
  return await untilReady(launched, '30 seconds', () => Promise.resolve(announcement(log)));
}

function announcement(log: string): Identity | undefined {
  if (!existsSync(log)) return undefined;
  const line = /^\{.*"caFile".*\}$/m.exec(readFileSync(log, 'utf8'))?.[0];
  return line === undefined ? undefined : (JSON.parse(line) as Identity);
}
