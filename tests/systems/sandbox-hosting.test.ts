import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { stringify } from 'yaml';
import { exitCodes } from '../../diagnostics/index.ts';
import { down, openSandbox, status } from '../../sandbox/index.ts';
import { layoutOf } from '../../sandbox/layout.ts';
import { startOf } from '../../sandbox/servers/index.ts';
import { sandboxCommand } from './sandbox-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'hosting-'));
const name = `hosted-${process.pid}`;
const small = join('sandbox', 'small-company');
const inventory = join(small, 'small-company.inventory.yaml');

afterEach(() => down(name));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(called: string, text: string): string {
  const path = join(directory, called);
  writeFileSync(path, text);
  return path;
}

const cloudOnly = {
  system: 'cloud-only',
  reason: { code: 'replaced', text: 'test' },
  breakGlass: { aws: 'arn:aws:iam::123456789012:role/sealed' },
  runner: { aws: 'arn:aws:iam::123456789012:user/teardown-runner' },
  evidenceStore: './evidence',
  timing: { notice: '1 day' },
  dataClasses: { files: { sensitivity: 'personal', basis: 'contract', keep: '1 year', hold: 'none' } },
  objects: [{ name: 'files', bucket: 'files-of-cloud-only', ownership: 'exclusive', data: ['files'] }],
  features: {
    'mail-campaigns': 'absent',
    sms: 'absent',
    'mobile-app': 'absent',
    dashboards: 'absent',
    'auto-update': 'absent',
  },
};

async function ask(url: string, database: string, statement: string): Promise<unknown> {
  const target = new URL(url);
  target.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: target.href });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('a sandbox that hosts a system', () => {
  it('runs the seed with psql and hands it the number of accounts', async () => {
    const seed = join(small, 'seed.sql');
    const args = ['--inventory', inventory, '--seed', seed, '--accounts', '250'];
    const made = await sandboxCommand('up', '--name', name, ...args);
    expect([made.code, made.error]).toEqual([0, '']);
    expect(made.out).toContain('teardown capture --config-file ');
    const url = openSandbox(name).env.TRADE_DATABASE_URL ?? '';
    const count = 'SELECT count(*)::int AS count FROM customers.contact';
    expect(await ask(url, 'trade', count)).toEqual([{ count: 255 }]);
    const again = await sandboxCommand('up', '--name', name, '--inventory', inventory);
    expect([again.code, again.out]).toEqual([exitCodes.busy, '']);
    expect(again.error).toMatch(/^sandbox-running: [\s\S]*HINT: npm run sandbox -- down --name/);
    expect(await ask(url, 'trade', count)).toEqual([{ count: 255 }]);
    expect((await sandboxCommand('down', '--name', name)).code).toBe(0);
    expect(existsSync(layoutOf(name).directory)).toBe(false);
    expect((await sandboxCommand('status', '--name', name)).code).toBe(exitCodes.unreachable);
  }, 90_000);

  it('starts AWS alone for a system that has nothing else', async () => {
    const path = file('cloud.inventory.yaml', stringify(cloudOnly));
    const made = await sandboxCommand('up', '--name', name, '--inventory', path);
    expect([made.code, made.error]).toEqual([0, '']);
    expect(status(name).processes.map((process) => process.name)).toEqual(['moto']);
    expect(existsSync(join(directory, 'evidence'))).toBe(false);
    const store = join(layoutOf(name).directory, 'crm', 'evidence');
    expect(existsSync(store)).toBe(true);
    const seeded = ['--inventory', path, '--seed', join(small, 'seed.sql')];
    await down(name);
    const refused = await sandboxCommand('up', '--name', name, ...seeded);
    expect([refused.code, refused.error.split(':')[0]]).toEqual([
      exitCodes.configuration,
      'sandbox-no-database',
    ]);
  }, 60_000);

  it.each([
    [
      'a statement',
      'SELECT 1;\n\nSELECT secret_word FROM nowhere;\n',
      3,
      'relation "nowhere" does not exist',
    ],
    ['a \\connect', 'CREATE ROLE a;\n\\connect nowhere\n', 2, 'database "nowhere" does not exist'],
    ['a duplicate', "CREATE ROLE a;\nCREATE ROLE a PASSWORD 'secret_word';\n", 2, 'role "a" already exists'],
  ])(
    'is gone again when %s of its seed fails',
    async (_what, sql, line, says) => {
      const seed = file('bad.sql', sql);
      const { code, out, error } = await sandboxCommand(
        ...['up', '--name', name, '--inventory', inventory, '--seed', seed],
      );
      expect([code, out]).toEqual([exitCodes.configuration, `starting the servers of sandbox "${name}"\n`]);
      expect(error).toContain(`sandbox-seed: A statement of the seed failed (${seed}:${line}:1)`);
      expect(error).toContain(says);
      expect(error).toContain('HINT: correct the statement');
      expect(error).not.toContain('secret_word');
      expect([status(name).running, existsSync(layoutOf(name).directory)]).toEqual([false, false]);
    },
    60_000,
  );
});

describe('a request that cannot be met ends with its problem and its exit code:', () => {
  const cases: readonly [string, readonly string[], keyof typeof exitCodes][] = [
    ['inventory-missing: ', ['--inventory', join(directory, 'none.yaml')], 'configuration'],
    ['sandbox-accounts: ', ['--seed', join(small, 'seed.sql'), '--accounts', 'many'], 'usage'],
    ["error: unknown option '--sede'", ['--sede', 'seed.sql'], 'usage'],
  ];
  it.each(cases)(
    '%s',
    async (says, args, exit) => {
      const { code, out, error } = await sandboxCommand('up', '--name', name, ...args);
      expect([code, out]).toEqual([exitCodes[exit], '']);
      expect(error.startsWith(says)).toBe(true);
      expect([layoutOf(name).directory, layoutOf(name).holder].filter(existsSync)).toEqual([]);
    },
    30_000,
  );

  it('a name that another living process holds', async () => {
    const holder = { pid: process.pid, started: startOf(process.pid) };
    writeFileSync(layoutOf(name).holder, JSON.stringify(holder));
    const { code, error } = await sandboxCommand('up', '--name', name);
    rmSync(layoutOf(name).holder);
    expect([code, error.split(':')[0]]).toEqual([exitCodes.busy, 'sandbox-busy']);
    expect(status(name).processes).toEqual([]);
  }, 30_000);
});
