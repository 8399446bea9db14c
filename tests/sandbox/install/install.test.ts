import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Problem, TeardownError } from '../../../diagnostics/index.ts';
import {
  buildEngine,
  findEngine,
  findPostgresql,
  installMoto,
  installPostgresql,
  isAtLeast,
} from '../../../sandbox/install/index.ts';
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

  it('is refused without Go, naming both ways out', async () => {
    const problem = await problemOf(buildEngine(fakeMachine(), quiet));
    expect(problem.code).toBe('sandbox-no-go');
    expect(problem.hint).toMatch(/install Go 1\.26 .* or the Pulumi CLI 3\.259\.0/);
  });

  it('is refused with a Go that is too old, naming it', async () => {
    const machine = fakeMachine({
      commands: { go: '/usr/bin/go' },
      answers: [['go env GOVERSION', { output: 'go1.19.8' }]],
    });
    const problem = await problemOf(buildEngine(machine, quiet));
    expect(problem).toMatchObject({ code: 'sandbox-old-go' });
    expect(problem.detail).toContain('go is 1.19.8');
    expect(machine.ran).toHaveLength(1);
  });

  it.each([
    ['sandbox-engine-download', 'dial tcp: lookup proxy.example.test: no such host', 'go mod download'],
    ['sandbox-engine-build', 'undefined: something', 'go build'],
  ])('says with %s why the build failed', async (code, output, command) => {
    const machine = fakeMachine({
      commands: { go: '/usr/bin/go' },
      answers: [
        ['go env GOVERSION', { output: 'go1.26.8' }],
        ['go build', { code: 1, output }],
      ],
    });
    const problem = await problemOf(buildEngine(machine, quiet));
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(output);
    expect(problem.hint).toContain(command);
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

  it('is refused without apt-get', async () => {
    const problem = await problemOf(installPostgresql(fakeMachine({ root: true }), quiet));
    expect(problem.code).toBe('sandbox-no-apt');
  });

  it.each([
    ['no sudo', {}],
    ['a sudo that asks for a password', { sudo: '/usr/bin/sudo' }],
  ])('is refused for an ordinary user with %s', async (_what, more) => {
    const commands = { 'apt-get': '/usr/bin/apt-get', ...more };
    const problem = await problemOf(installPostgresql(fakeMachine({ commands }), quiet));
    expect(problem.code).toBe('sandbox-no-superuser');
    expect(problem.hint).toBe('sudo apt-get install -y --no-install-recommends postgresql-common');
  });

  it('keeps the package from creating a cluster before the server is installed', async () => {
    const commands = { 'apt-get': '/usr/bin/apt-get', sudo: '/usr/bin/sudo' };
    const machine = fakeMachine({ commands, answers: [['sudo -n', {}]] });
    const problem = await problemOf(installPostgresql(machine, quiet));
    expect(problem.code).toBe('sandbox-no-postgresql');
    const order = ['postgresql-common', 'create_main_cluster = false', 'recommends postgresql'];
    const places = order.map((text) => machine.ran.findLastIndex((line) => line.includes(text)));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places).not.toContain(-1);
    expect(machine.ran.every((line) => line.startsWith('sudo -n '))).toBe(true);
  });

  it('shows what apt-get said when it fails', async () => {
    const machine = fakeMachine({
      root: true,
      commands: { 'apt-get': '/usr/bin/apt-get' },
      answers: [['apt-get update', { code: 100, output: 'Temporary failure resolving the mirror' }]],
    });
    const problem = await problemOf(installPostgresql(machine, quiet));
    expect(problem.code).toBe('sandbox-package');
    expect(problem.detail).toContain('Temporary failure resolving');
  });
});

describe('moto', () => {
  const python = { python3: '/usr/bin/python3' };

  it('is refused without Python', async () => {
    const problem = await problemOf(installMoto(fakeMachine(), quiet));
    expect(problem).toMatchObject({ code: 'sandbox-no-python', detail: 'no "python3" on PATH' });
  });

  it('is refused with a Python that is too old', async () => {
    const machine = fakeMachine({
      commands: python,
      answers: [['python3 --version', { output: 'Python 3.7.3' }]],
    });
    const problem = await problemOf(installMoto(machine, quiet));
    expect(problem.detail).toContain('Python 3.7.3');
  });

  it('asks for the package of the private environment where Debian left it out', async () => {
    const machine = fakeMachine({
      commands: python,
      answers: [
        ['python3 --version', { output: 'Python 3.11.2' }],
        ['python3 -m venv', { code: 1, output: 'ensurepip is not available' }],
      ],
    });
    const problem = await problemOf(installMoto(machine, quiet));
    expect(problem.code).toBe('sandbox-no-apt');
    expect(problem.detail).toContain('python3-venv');
  });

  it('is refused when the environment cannot be made for another reason', async () => {
    const machine = fakeMachine({
      commands: python,
      answers: [
        ['python3 --version', { output: 'Python 3.11.2' }],
        ['python3 -m venv', { code: 1, output: 'No space left on device' }],
      ],
    });
    const problem = await problemOf(installMoto(machine, quiet));
    expect(problem).toMatchObject({ code: 'sandbox-python-venv', detail: 'No space left on device' });
  });

  it('is refused when the package index cannot be reached', async () => {
    const machine = fakeMachine({
      commands: python,
      answers: [
        ['python3 --version', { output: 'Python 3.11.2' }],
        ['python3 -m venv', {}],
        ['/', { code: 1, output: 'Could not find a version that satisfies the requirement moto==5.2.5' }],
      ],
    });
    const problem = await problemOf(installMoto(machine, quiet));
    expect(problem.code).toBe('sandbox-moto');
    expect(problem.hint).toContain('pip download');
  });
});
