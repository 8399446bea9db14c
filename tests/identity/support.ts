import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { jest } from '@jest/globals';
import { ManagementClient } from 'auth0';
import type { Application, Identity } from '../../sandbox/identity/index.ts';

// Every test file starts processes; a busy machine takes its time over that.
jest.setTimeout(30_000);

const main = join(import.meta.dirname, '..', '..', 'sandbox', 'identity', 'main.ts');

/** A stand-in in a process of its own, as the sandbox runs it. */
export interface Server extends Omit<Identity, 'stop'> {
  readonly directory: string;
  readonly process: ChildProcess;
  readonly management: { readonly clientId: string; readonly clientSecret: string };
  readonly api: ManagementClient;
  /** What a product process is given. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'identity-'));
}

/** Starts one; this process trusts its CA from then on. */
export async function startServer(directory = temporaryDirectory(), ...more: string[]): Promise<Server> {
  const child = spawn(process.execPath, [main, '--data', directory, '--with-parent', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const identity = JSON.parse(line) as Omit<Identity, 'stop'>;
  trust(identity.caFile);
  const management = JSON.parse(readFileSync(identity.managementFile, 'utf8')) as Server['management'];
  const { domain } = identity;
  return {
    ...identity,
    directory,
    process: child,
    management,
    api: new ManagementClient({ domain, ...management, telemetry: false }),
    environment: {
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: management.clientId,
      AUTH0_CLIENT_SECRET: management.clientSecret,
      NODE_EXTRA_CA_CERTS: identity.caFile,
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function remove(server: Server): Promise<void> {
  await server.stop();
  rmSync(server.directory, { recursive: true });
}

function trust(caFile: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}

/** A client and a connection that is open to it, with one account; names end in `suffix`. */
export async function smallWorld({ api, domain }: Pick<Server, 'api' | 'domain'>, suffix: string) {
  const portal = await api.clients.create({
    name: `crm-portal-${suffix}`,
    app_type: 'regular_web',
    grant_types: ['password', 'refresh_token', 'client_credentials'],
    callbacks: ['https://portal.example.test/callback'],
  });
  const { id = '' } = await api.connections.create({ name: `crm-users-${suffix}`, strategy: 'auth0' });
  const clientId = portal.client_id ?? '';
  await api.connections.clients.update(id, [{ client_id: clientId, status: true }]);
  const account = { connection: `crm-users-${suffix}`, email: 'ada@example.test', password: 'correct horse' };
  const user = await api.users.create(account);
  const application: Application = { domain, clientId, clientSecret: portal.client_secret ?? '' };
  return { application, account, connectionId: id, userId: user.user_id ?? '' };
}
