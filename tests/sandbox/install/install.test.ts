import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Problem, TeardownError } from '../../../diagnostics/index.ts';
import { findEngine, findPostgresql, installPostgresql, isAtLeast } from '../../../sandbox/install/index.ts';
import { fakeMachine, removeFakeMachines } from './fake-machine.ts';

afterAll(removeFakeMachines);

const quiet = (): void => undefined;

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TeardownError)) throw new Error(`expected a TeardownError, got ${String(error)}`);
  expect(error.problems).toHaveLength(1);
  return error.problems[0];
}

describe('versions', () => {
  it('are compared number by number', () => {
    expect(isAtLeast('v3.259.0', '3.259.0')).toBe(true);
    expect(isAtLeast('3.1000.0', '3.259.0')).toBe(true);
    expect(isAtLeast('3.258.9', '3.259.0')).toBe(false);
    expect(isAtLeast('4.0', '3.259.0')).toBe(true);
    expect(isAtLeast('15.18 (Debian 15.18-0+deb12u1)', '15')).toBe(true);
    expect(isAtLeast('unknown', '1')).toBe(false);
  });

  it('are at least themselves, and of two different ones only one is at least the other', () => {
    const version = fc.array(fc.nat(999), { minLength: 3, maxLength: 3 }).map((numbers) => numbers.join('.'));
    fc.assert(fc.property(version, (one) => isAtLeast(one, one)));
    fc.assert(
      fc.property(
        version,
        version,
        (one, other) => one === other || isAtLeast(one, other) !== isAtLeast(other, one),
      ),
    );
  });
});

describe('the engine', () => {
  const cli = { pulumi: '/opt/pulumi/pulumi' };
  const withHost = ['/opt/pulumi/pulumi-language-nodejs'];

  it('on PATH is taken if it is recent enough and has its language host beside it', async () => {
    const machine = fakeMachine({
      commands: cli,
      files: withHost,
      answers: [['/opt/pulumi/pulumi version', { output: 'v3.260.1\n' }]],
    });
    expect(await findEngine(machine)).toEqual({ directory: '/opt/pulumi', built: false });
  });

  it.each([
    ['too old', withHost, { output: 'v3.258.0' }],
    ['without its language host', [], { output: 'v3.260.0' }],
    ['broken', withHost, { code: 1, output: 'v3.260.0' }],
  ])('on PATH is left alone if it is %s', async (_why, files, answer) => {
    const machine = fakeMachine({ commands: cli, files, answers: [['/opt/pulumi/pulumi version', answer]] });
    expect(await findEngine(machine)).toBeUndefined();
  });
});

describe('PostgreSQL', () => {
  const server = (directory: string): string[] => [`${directory}/initdb`, `${directory}/postgres`];

  it('is found where Debian puts it, the newest server first', async () => {
    const machine = fakeMachine({
      directories: { '/usr/lib/postgresql': ['13', '15', '17', '9.6'] },
      files: [...server('/usr/lib/postgresql/15/bin'), ...server('/usr/lib/postgresql/13/bin')],
    });
    expect(await findPostgresql(machine)).toEqual({ directory: '/usr/lib/postgresql/15/bin' });
  });

  it('is found through pg_config', async () => {
    const machine = fakeMachine({
      commands: { pg_config: '/opt/pg/bin/pg_config' },
      files: server('/opt/pg/bin'),
      answers: [
        ['pg_config --bindir', { output: '/opt/pg/bin\n' }],
        ['pg_config --version', { output: 'PostgreSQL 16.4\n' }],
      ],
    });
    expect(await findPostgresql(machine)).toEqual({ directory: '/opt/pg/bin' });
  });

  it('is not taken when it is older than 15', async () => {
    const directories = { '/usr/lib/postgresql': ['14'] };
    const files = server('/usr/lib/postgresql/14/bin');
    expect(await findPostgresql(fakeMachine({ directories, files }))).toBeUndefined();
  });

  it('keeps the package from creating a cluster before the server is installed', async () => {
    const commands = { 'apt-get': '/usr/bin/apt-get', sudo: '/usr/bin/sudo' };
    const machine = fakeMachine({ commands, answers: [['sudo -n', {}]] });
    const problem = await problemOf(installPostgresql(machine, quiet));
    expect(problem.code).toBe('sandbox-no-postgresql');
    const order = ['recommends postgresql-common', 'create_main_cluster = false', 'recommends postgresql'];
    const places = order.map((text) => machine.ran.findLastIndex((line) => line.includes(text)));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places).not.toContain(-1);
    expect(machine.ran.every((line) => line.startsWith('sudo -n '))).toBe(true);
  });
});
