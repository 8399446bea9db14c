import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ManagementClient } from 'auth0';
import { logIn, signUp } from '../../sandbox/identity/index.ts';
import { Pulumi, type Sandbox } from '../../sandbox/index.ts';
import { smallWorld } from '../identity/support.ts';
import { testSandbox } from '../sandbox-name.ts';

const project = join(import.meta.dirname, 'standin-auth0-program');
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = testSandbox();
});

function tenant({ env }: Sandbox) {
  const domain = env.AUTH0_DOMAIN ?? '';
  const clientId = env.AUTH0_CLIENT_ID ?? '';
  const clientSecret = env.AUTH0_CLIENT_SECRET ?? '';
  return { domain, api: new ManagementClient({ domain, clientId, clientSecret, telemetry: false }) };
}

/** Proves the plugin as the engine starts it; which lock closes which door is tests/identity's. */
describe('the plugin auth0 under the real engine', () => {
  it('adopts without a change, locks, opens again and removes, as the log-in from outside sees it', async () => {
    const suffix = `engine-${process.pid}`;
    const { application, account, connectionId } = await smallWorld(tenant(sandbox), suffix);
    const newcomer = { ...account, email: 'late@example.test' };
    const pulumi = new Pulumi({ sandbox, stack: suffix, project });
    await pulumi.init({ suffix, client: application.clientId, connection: connectionId });

    expect(await pulumi.up(['--skip-preview'])).toMatchObject({
      exitCode: 0,
      changes: { import: 3, update: 0, delete: 0 },
    });
    expect(await pulumi.refresh(['--expect-no-changes', '--skip-preview'])).toMatchObject({ exitCode: 0 });
    expect(await logIn(application, account)).toMatchObject({ allowed: true });
    const { resources } = await pulumi.state();
    expect(JSON.stringify(resources)).not.toContain(application.clientSecret);

    pulumi.configure({ locked: 'true' });
    expect((await pulumi.up(['--skip-preview'])).changes).toMatchObject({ update: 3, delete: 0, create: 0 });
    expect(await logIn(application, account)).toMatchObject({ allowed: false, error: 'unauthorized_client' });
    expect(await signUp(application, newcomer)).toMatchObject({ allowed: false });

    pulumi.configure({ locked: 'false' });
    expect((await pulumi.up(['--skip-preview'])).changes).toMatchObject({ update: 3, delete: 0, create: 0 });
    expect(await logIn(application, account)).toMatchObject({ allowed: true });

    pulumi.configure({ gone: 'true' });
    expect(await pulumi.up(['--skip-preview'])).toMatchObject({ exitCode: 0, changes: { delete: 3 } });
    expect(await logIn(application, account)).toMatchObject({ allowed: false, error: 'access_denied' });
    expect((await tenant(sandbox).api.connections.list({ name: account.connection })).data).toEqual([]);
  }, 180_000);
});
