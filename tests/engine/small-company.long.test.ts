import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadInventory } from '../../inventory/index.ts';
import { down, openSandbox, projectRoot, Pulumi } from '../../sandbox/index.ts';
import { layoutOf } from '../../sandbox/layout.ts';
import { clustersOf, isRunning, readRecords, workingIn } from '../../sandbox/servers/index.ts';
import { run, sandboxCommand } from '../systems/sandbox-command.ts';

const name = `small-${process.pid}`;
const source = join('sandbox', 'small-company');
afterAll(() => down(name));

interface Standing {
  readonly position?: { readonly step: string; readonly reached: boolean; readonly deleteStarted: boolean };
}

/** `teardown` with the environment that the sandbox has printed; throws unless it says yes. */
async function teardown(...args: readonly string[]): Promise<string> {
  const { configFile } = stack();
  const command = join(projectRoot, 'cli', 'teardown');
  const { code, out, error } = await run(
    command,
    [...args, '--config-file', configFile],
    openSandbox(name).env,
  );
  if (code !== 0) throw new Error(`teardown ${args.join(' ')}: exit ${code}\n${out}\n${error}`);
  return out;
}

function stack(): Pulumi {
  return new Pulumi({ sandbox: openSandbox(name), stack: name });
}

async function standing(): Promise<Standing['position']> {
  return (JSON.parse(await teardown('status', '--json')) as Standing).position;
}

/** One step as the README tells it: a step that deletes takes two updates. */
async function take(step: string): Promise<void> {
  const pulumi = stack();
  if (step !== 'active') {
    pulumi.configure({ stage: step, reason: `on to ${step}` });
    await teardown('approve', step, '--as', 'Chen Wei', '--reason', 'reviewed');
  }
  for (let update = 0; update < 2; update += 1) {
    const { exitCode, stdout, stderr } = await pulumi.up(['--skip-preview']);
    if (exitCode !== 0) throw new Error(`${step}: exit ${String(exitCode)}\n${stdout}\n${stderr}`);
    const position = await standing();
    if (position?.step === step && position.reached) return;
  }
  throw new Error(`${step} was not reached after two updates`);
}

async function ask(statement: string, database = 'postgres'): Promise<unknown> {
  const url = new URL(openSandbox(name).env.TRADE_DATABASE_URL ?? '');
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<{ name: string }>(statement)).rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}

const databases = 'SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1';
const logins = 'SELECT rolname AS name FROM pg_roles WHERE rolcanlogin ORDER BY 1';

it('a small company of one PostgreSQL server is hosted, retired through all its steps, and nothing is left', async () => {
  const files = ['--inventory', join(source, 'small-company.inventory.yaml')];
  const made = await sandboxCommand('up', '--name', name, ...files, '--seed', join(source, 'seed.sql'));
  expect([made.code, made.error]).toEqual([0, '']);
  const layout = layoutOf(name);
  const records = readRecords(layout.processes);
  expect(records.map((record) => record.name)).toEqual(['postgresql']);
  expect(await ask(databases)).toEqual(['postgres', 'shop', 'trade']);
  expect(await ask(`SELECT name FROM customers.contact WHERE id = 1`, 'trade')).toEqual(['王小雨']);

  await teardown('capture');
  const { plan } = await loadInventory(join(layout.directory, 'crm', 'small-company.inventory.yaml'));
  expect(plan).toHaveLength(8);
  for (const step of plan) await take(step);

  expect(await standing()).toMatchObject({ step: 'destroyed/data', reached: true, deleteStarted: true });
  expect(await ask(databases)).toEqual(['postgres', 'shop']);
  expect(await ask(logins)).toEqual(['runner', 'sealed']);

  expect((await sandboxCommand('down', '--name', name)).code).toBe(0);
  const places = [layout.directory, layout.holder, ...clustersOf(layout)];
  expect(records.filter(isRunning)).toEqual([]);
  expect(workingIn(places)).toEqual([]);
  expect([...places, join(projectRoot, source, 'evidence')].filter(existsSync)).toEqual([]);
}, 400_000);
