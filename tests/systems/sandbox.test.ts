import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { down, openSandbox, remove, status, up } from '../../sandbox/index.ts';
import { layoutOf } from '../../sandbox/layout.ts';
import { isRunning, readRecords } from '../../sandbox/servers/index.ts';
import { testSandbox } from '../sandbox-name.ts';

const names = [`side-${process.pid}`, `other-${process.pid}`] as const;
const [name, second] = names;
afterEach(async () => {
  await Promise.all(names.map(remove));
});

describe('a sandbox', () => {
  it('runs beside others, each with servers, state and plugins of its own', async () => {
    const sandboxes = [testSandbox(), ...(await Promise.all(names.map(up)))];
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
    const moto = before.find((record) => record.name === 'moto');
    process.kill(moto?.pid ?? 0, 'SIGKILL');
    while (moto && isRunning(moto)) await new Promise((resolve) => setTimeout(resolve, 20));
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

  it('leaves no process when it goes down, and nothing at all when it is removed', async () => {
    await up(name);
    const records = readRecords(layoutOf(name).processes);
    expect(records.map((record) => record.name).sort()).toEqual(['identity', 'moto', 'postgresql']);
    await down(name);
    expect(records.filter(isRunning)).toEqual([]);
    await remove(name);
    expect(() => {
      mkdirSync(layoutOf(name).directory);
    }).not.toThrow();
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
