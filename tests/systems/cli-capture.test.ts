import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { exitCodes } from '../../diagnostics/index.ts';
import type { FormerSettings } from '../../inventory/index.ts';
import { auth0Provider } from '../../sandbox/standins/auth0/provider.ts';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { postgresqlProvider } from '../../sandbox/standins/postgresql/provider.ts';
import { enterSandbox, projectRoot } from '../../sandbox/index.ts';
import { buildWorld, inventoryFor, readWorld, type World } from '../../sandbox/slice/index.ts';
import { removeTemporary, temporaryDirectory } from '../evidence/temporary.ts';
import { testSandbox } from '../sandbox-name.ts';
import { driven } from '../standins/handlers.ts';

// Real servers, and a process per command.
jest.setTimeout(60_000);

afterAll(removeTemporary);

let world: World;
beforeAll(async () => {
  enterSandbox(testSandbox());
  world = await buildWorld(testSandbox().env, { system: `cli-${process.pid}` });
}, 60_000);

/** The inventory of the world in a directory of its own, and the CLI as an operator calls it. */
async function operator(system = world.system) {
  const directory = await temporaryDirectory();
  const inventory = inventoryFor(system, directory);
  const config = join(directory, 'Pulumi.slice.yaml');
  const settings = { stage: 'active', reason: 'contract ended', inventory };
  const lines = Object.entries(settings).map(([name, value]) => `  crm-teardown:${name}: ${value}`);
  writeFileSync(config, ['config:', ...lines, ''].join('\n'));
  const run = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
    new Promise<{ code: number | null; out: string; error: string }>((resolve) => {
      const child = spawn(join(projectRoot, 'cli', 'teardown'), [...args, '--config-file', config], {
        cwd: directory,
        env: { ...testSandbox().env, ...changes },
      });
      let [out, error] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
      child.once('close', (code) => {
        resolve({ code, out, error });
      });
    });
  const former = () =>
    JSON.parse(readFileSync(join(directory, `${system}.former.json`), 'utf8')) as FormerSettings;
  return { directory, run, former, inventory };
}

describe('teardown capture on the live sample CRM', () => {
  it('changes nothing there, and keeps neither a password nor the connection URL', async () => {
    const { run, former } = await operator();
    const before = await readWorld(world);
    const { code, out, error } = await run(['capture', '--create-store']);
    expect([code, error]).toEqual([0, '']);
    expect(out).toContain(`Captured 14 live resources of ${world.system}`);
    expect(await readWorld(world)).toEqual(before);
    const text = JSON.stringify(former());
    const secrets = [...Object.values(world.keys.urls).map((url) => new URL(url).password)];
    secrets.push(world.keys.portal.clientSecret, world.keys.customer.password);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toContain('postgres://');
  });

  it('writes arguments with which every import shows no change', async () => {
    const { run, former } = await operator();
    await run(['capture', '--create-store']);
    const { env } = testSandbox();
    const providers = [awsProvider, postgresqlProvider, auth0Provider].map((make) => make('0.0.0', env));
    for (const provider of providers) await provider.configure?.({});
    const imported: string[] = [];
    for (const [name, { type, importId, inputs }] of Object.entries(former().resources)) {
      if (importId === undefined) continue;
      const provider = providers.find(({ resources }) => type in resources);
      if (!provider) throw new Error(`no stand-in for ${type}`);
      const resource = driven(provider, type);
      const { changes } = await resource.diff(inputs, await resource.import(importId));
      // What lives in the engine's state only is no part of the live world: the first update writes it.
      const live = Object.keys(changes).filter((path) => !stateOnly.includes(path));
      expect([name, live]).toEqual([name, []]);
      imported.push(name);
    }
    expect(imported).toHaveLength(11);
  });

  it('then lets status and approve go on', async () => {
    const { run } = await operator();
    await run(['capture', '--create-store']);
    const status = await run(['status', '--json']);
    expect(JSON.parse(status.out)).toMatchObject({ captured: true, stack: 'slice', command: 'pulumi up' });
    const approval = await run(['approve', 'active', '--as', 'Wei', '--reason', 'start']);
    expect(approval.code).toBe(0);
  });
});

const stateOnly = ['skipFinalSnapshot', 'deleteAutomatedBackups', 'forceDestroy'];

describe('a live CRM that cannot be captured', () => {
  const refused = async (changes: Readonly<Record<string, string>>) => {
    const { run, directory } = await operator();
    const { code, out, error } = await run(['capture', '--create-store', '--json'], changes);
    expect(error).toBe('');
    expect(readdirSync(directory).sort()).toEqual(['Pulumi.slice.yaml', `${world.system}.inventory.yaml`]);
    const { problems } = JSON.parse(out) as { problems: { code: string; detail: string }[] };
    return { code, codes: [...new Set(problems.map((problem) => problem.code))], out };
  };

  it('names the variable that is missing', async () => {
    const { code, codes, out } = await refused({ CRM_DATABASE_URL: '' });
    expect([code, codes]).toEqual([exitCodes.unreachable, ['connector-credentials-missing']]);
    expect(out).toContain('CRM_DATABASE_URL');
  });

  it('refuses a wrong password, without repeating it', async () => {
    const url = new URL(world.keys.urls.runner);
    url.password = 'wrong-sesame';
    const { code, codes, out } = await refused({ CRM_DATABASE_URL: url.href });
    expect([code, codes]).toEqual([exitCodes.unreachable, ['connector-credentials-refused']]);
    expect(out).not.toContain('sesame');
  });

  it('says everything that is unreachable in one run', async () => {
    const nowhere = 'postgres://runner:sesame@127.0.0.1:1/postgres';
    const { code, codes, out } = await refused({
      CRM_DATABASE_URL: nowhere,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AUTH0_DOMAIN: '127.0.0.1:1',
    });
    expect([code, codes]).toEqual([exitCodes.unreachable, ['connector-unreachable']]);
    for (const system of ['PostgreSQL', 'RDS', 'S3', 'Auth0']) expect(out).toContain(system);
    expect(out).not.toContain('sesame');
  });

  it('refuses rights that a whole-schema grant would change', async () => {
    const url = new URL(world.keys.urls.runner);
    url.pathname = `/${world.names.database}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(`REVOKE DELETE ON crm.contacts FROM ${world.names.contacts}`);
    try {
      const { code, codes } = await refused({});
      expect([code, codes]).toEqual([exitCodes.refused, ['capture-grants-not-uniform']]);
    } finally {
      await client.query(`GRANT DELETE ON crm.contacts TO ${world.names.contacts}`);
      await client.end();
    }
  });
});
