import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { down, openSandbox, status, up } from '../../sandbox/index.ts';
import { layoutOf } from '../../sandbox/layout.ts';
import {
  clustersOf,
  isRunning,
  type ProcessRecord,
  readRecords,
  workingIn,
} from '../../sandbox/servers/index.ts';
import { testSandbox } from '../sandbox-name.ts';

const names = [`side-${process.pid}`, `other-${process.pid}`] as const;
const [name, second] = names;
afterEach(async () => {
  await Promise.all(names.map(down));
});

async function kill(record: ProcessRecord | undefined): Promise<void> {
  if (record === undefined) throw new Error('no such process is recorded');
  process.kill(record.pid, 'SIGKILL');
  while (isRunning(record)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a sandbox', () => {
  it('runs beside others, each with servers, state and plugins of its own', async () => {
    const sandboxes = [testSandbox(), ...(await Promise.all(names.map((each) => up(each))))];
    for (const variable of [
      'CRM_DATABASE_URL',
      'AWS_ENDPOINT_URL',
      'AUTH0_DOMAIN',
      'PULUMI_HOME',
      'PULUMI_BACKEND_URL',
    ]) {
      expect(new Set(sandboxes.map(({ env }) => env[variable])).size).toBe(3);
    }
    await down(name);
    expect([name, second].map((each) => status(each).running)).toEqual([false, true]);
  }, 60_000);

  it('that is up is returned as it is', async () => {
    const first = await up(name);
    const again = await up(name);
    expect(again.env).toEqual(first.env);
    expect(openSandbox(name).env).toEqual(first.env);
  }, 60_000);

  it('that lost a server is ended and started again', async () => {
    await up(name);
    const before = readRecords(layoutOf(name).processes);
    await kill(before.find((record) => record.name === 'moto'));
    expect(status(name).running).toBe(false);
    expect(() => openSandbox(name)).toThrow(/sandbox-not-up[\s\S]*npm run sandbox -- up --name/);
    await up(name);
    expect(status(name).running).toBe(true);
    expect(before.filter(isRunning)).toEqual([]);
  }, 60_000);

  it('that never came up whole is removed by the next start, its processes with it', async () => {
    await up(name);
    const before = readRecords(layoutOf(name).processes);
    rmSync(layoutOf(name).environment);
    await up(name);
    expect(before.filter(isRunning)).toEqual([]);
  }, 60_000);

  it('leaves no process and no file when it goes down', async () => {
    await up(name);
    const { directory, processes } = layoutOf(name);
    const records = readRecords(processes);
    expect(records.map((record) => record.name).sort()).toEqual(['identity', 'moto', 'postgresql']);
    await down(name);
    expect(records.filter(isRunning)).toEqual([]);
    expect([directory, ...clustersOf(layoutOf(name))].filter(existsSync)).toEqual([]);
    expect(status(name)).toEqual({ name, running: false, processes: [] });
  }, 60_000);

  it.each(['postgresql', 'identity'])(
    'whose %s was killed is cleaned up by the next start, and by going down',
    async (killed) => {
      await up(name);
      const before = readRecords(layoutOf(name).processes);
      const places = clustersOf(layoutOf(name));
      const ofServer = workingIn(places);
      expect(ofServer.length).toBeGreaterThan(1);
      await kill(before.find((record) => record.name === killed));
      await up(name);
      expect(before.filter(isRunning)).toEqual([]);
      expect(workingIn(places).filter((pid) => ofServer.includes(pid))).toEqual([]);
      await kill(readRecords(layoutOf(name).processes)[0]);
      await down(name);
      expect(workingIn([layoutOf(name).directory, ...places])).toEqual([]);
      expect([layoutOf(name).directory, ...places].filter(existsSync)).toEqual([]);
    },
    60_000,
  );

  it('runs the servers it is asked for and no others, and hands on no address of those it lacks', async () => {
    const { env, directory } = await up(name, { servers: ['postgresql'], databaseVariable: 'MY_DATABASE' });
    expect(status(name)).toMatchObject({ running: true, processes: [{ name: 'postgresql' }] });
    expect(env.MY_DATABASE).toBe(env.CRM_DATABASE_URL);
    const inherited = { ...testSandbox().env, ...process.env };
    expect(inherited.AWS_ENDPOINT_URL).toMatch(/^http:/);
    const variables = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AUTH0_DOMAIN', 'NODE_EXTRA_CA_CERTS'];
    expect(variables.filter((variable) => openSandbox(name).env[variable] !== undefined)).toEqual([]);
    const shell = `. '${directory}/env.sh'; env`;
    const seen = execFileSync('sh', ['-c', shell], { encoding: 'utf8', env: inherited });
    expect(variables.filter((variable) => seen.includes(`\n${variable}=`))).toEqual([]);
    expect(seen).toContain('\nMY_DATABASE=postgresql://');
  }, 60_000);

  it('ends nothing that it did not start, whatever its records say', async () => {
    const { directory, processes } = layoutOf(name);
    mkdirSync(directory, { recursive: true });
    const stranger = { name: 'moto', pid: process.ppid, started: '1', stopSignal: 'SIGKILL' };
    writeFileSync(processes, JSON.stringify([stranger]));
    await down(name);
    expect(() => process.kill(process.ppid, 0)).not.toThrow();
  });

  it('has its stand-in plugins under the exact versions of the SDKs', async () => {
    const { pulumiHome } = layoutOf((await up(name)).name);
    const versions = ['auth0', 'aws', 'postgresql'].map((plugin) => {
      const file = join(import.meta.dirname, '..', '..', 'node_modules', '@pulumi', plugin, 'package.json');
      return `resource-${plugin}-v${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
    });
    expect(readdirSync(join(pulumiHome, 'plugins')).sort()).toEqual(versions);
  }, 60_000);
});
