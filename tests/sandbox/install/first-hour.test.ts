import { afterAll, describe, expect, it } from '@jest/globals';
import { exitCodes, type Problem, TeardownError } from '../../../diagnostics/index.ts';
import { buildEngine, installMoto, installPostgresql } from '../../../sandbox/install/index.ts';
import { installOpenssl } from '../../../sandbox/install/openssl.ts';
import { type Description, fakeMachine, removeFakeMachines } from './fake-machine.ts';

afterAll(removeFakeMachines);

const parts = {
  engine: buildEngine,
  postgresql: installPostgresql,
  openssl: installOpenssl,
  moto: installMoto,
};

async function problemOf(part: keyof typeof parts, description: Description): Promise<Problem> {
  const error: unknown = await parts[part](fakeMachine(description), () => undefined).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TeardownError)) throw new Error(`expected a TeardownError, got ${String(error)}`);
  expect(error.problems).toHaveLength(1);
  expect(error.message).not.toMatch(/\n\s+at |s3cret/);
  return error.problems[0];
}

interface Case {
  readonly what: string;
  readonly part: keyof typeof parts;
  readonly machine: Description;
  readonly code: string;
  readonly exit?: keyof typeof exitCodes;
  readonly detail: string;
  readonly hint: string;
}

type Answers = NonNullable<Description['answers']>;

const go = (...answers: Answers): Description => ({
  commands: { go: '/usr/bin/go' },
  answers: [
    ...answers,
    ['go env GOVERSION', { output: 'go1.26.8' }],
    ['go env GOPROXY', { output: 'https://me:s3cret@proxy.example.test,direct' }],
    ['go mod download', {}],
  ],
});

const python = (...answers: Answers): Description => ({
  commands: { python3: '/usr/bin/python3' },
  answers: [
    ...answers,
    ['python3 --version', { output: 'Python 3.11.2' }],
    ['python3 -m venv', {}],
    [
      '/',
      { output: ":env:.index-url='http://me:s3cret@127.0.0.1:9/simple'\nglobal.index-url='https://b.test'" },
    ],
  ],
});

/** The index answers pip's settings, then its installation; both begin with the path of the private Python. */
const pip = (output: string, settings = ''): Description => ({
  ...python(),
  answers: [
    ['python3 --version', { output: 'Python 3.11.2' }],
    ['python3 -m venv', {}],
    ['/', { code: 1, output: `${settings}\n${output}` }],
  ],
});

const apt = (output: string): Description => ({
  root: true,
  commands: { 'apt-get': '/usr/bin/apt-get' },
  answers: [['apt-get', { code: 100, output }]],
});

const refused =
  'go: example.test/m@v1: Get "https://proxy.example.test/m": dial tcp 127.0.0.1:9: connect: connection refused';
const brokenPip = `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/blinker/
ERROR: Could not find a version that satisfies the requirement blinker==1.9.0 (from versions: none)`;

const cases: readonly Case[] = [
  {
    what: 'no Go',
    part: 'engine',
    machine: {},
    code: 'sandbox-no-go',
    detail: 'no "go" on PATH',
    hint: 'install Go 1.26 or newer (https://go.dev/dl), or the Pulumi CLI 3.259.0',
  },
  {
    what: 'Go that is too old',
    part: 'engine',
    machine: go(['go env GOVERSION', { output: 'go1.19.8' }]),
    code: 'sandbox-old-go',
    detail: 'go is 1.19.8',
    hint: 'install Go 1.26',
  },
  {
    what: 'a Go module proxy where nobody listens',
    part: 'engine',
    machine: go(['go mod download', { code: 1, output: refused }]),
    code: 'sandbox-engine-download',
    detail: 'GOPROXY is https://proxy.example.test,direct: connection refused',
    hint: 'go mod download',
  },
  {
    what: 'a Go module proxy without a name in the DNS',
    part: 'engine',
    machine: go(['go build', { code: 1, output: 'go: m@v1: dial tcp: lookup proxy on [::1]: no such host' }]),
    code: 'sandbox-engine-download',
    detail: 'GOPROXY is https://proxy.example.test,direct: no such host',
    hint: 'go mod download',
  },
  {
    what: 'a Go module proxy that never answers',
    part: 'engine',
    machine: go(['go mod download', 'silence']),
    code: 'sandbox-timed-out',
    exit: 'timedOut',
    detail: 'did not end within 3 minutes; GOPROXY is https://proxy.example.test,direct',
    hint: 'go mod download',
  },
  {
    what: 'a cache of Go that cannot be written',
    part: 'engine',
    machine: go(['go mod download', { code: 1, output: 'open /home/x/go/m.lock: permission denied' }]),
    code: 'sandbox-not-writable',
    detail: 'open /home/x/go/m.lock: permission denied',
    hint: 'export GOMODCACHE=$PWD/.tools/go/modules GOCACHE=$PWD/.tools/go/build',
  },
  {
    what: 'no HOME for the cache of Go',
    part: 'engine',
    machine: go([
      'go mod download',
      { code: 1, output: 'go: module cache not found: neither GOMODCACHE nor GOPATH is set' },
    ]),
    code: 'sandbox-not-writable',
    detail: 'module cache not found',
    hint: 'export GOMODCACHE=',
  },
  {
    what: 'a disk that is full while the engine is built',
    part: 'engine',
    machine: go(['go build', { code: 1, output: 'a\nlink: write /x/pulumi: no space left on device\nb' }]),
    code: 'sandbox-disk-full',
    detail: 'link: write /x/pulumi: no space left on device',
    hint: 'df -h . /tmp "$HOME"',
  },
  {
    what: 'an engine that does not compile',
    part: 'engine',
    machine: go(['go build', { code: 1, output: 'undefined: something' }]),
    code: 'sandbox-engine-build',
    detail: 'undefined: something',
    hint: 'go build',
  },
  {
    what: 'a build that does not end',
    part: 'engine',
    machine: go(['go build', 'silence']),
    code: 'sandbox-timed-out',
    exit: 'timedOut',
    detail: 'did not end within 60 minutes',
    hint: 'go mod download',
  },
  {
    what: 'no PostgreSQL and no apt-get',
    part: 'postgresql',
    machine: { root: true },
    code: 'sandbox-no-apt',
    detail: 'the sandbox runs PostgreSQL 15 or newer: packages postgresql-common, postgresql',
    hint: 'install postgresql-common postgresql',
  },
  {
    what: 'no PostgreSQL, no root and no sudo',
    part: 'postgresql',
    machine: { commands: { 'apt-get': '/usr/bin/apt-get' } },
    code: 'sandbox-no-superuser',
    detail: 'packages postgresql-common, postgresql',
    hint: 'sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql-common postgresql',
  },
  {
    what: 'a sudo that asks for a password',
    part: 'postgresql',
    machine: { commands: { 'apt-get': '/usr/bin/apt-get', sudo: '/usr/bin/sudo' } },
    code: 'sandbox-no-superuser',
    detail: 'packages postgresql-common, postgresql',
    hint: 'sudo apt-get install -y',
  },
  {
    what: 'PostgreSQL that is too old',
    part: 'postgresql',
    machine: { directories: { '/usr/lib/postgresql': ['13'] }, commands: { 'apt-get': '/usr/bin/apt-get' } },
    code: 'sandbox-no-superuser',
    detail: 'PostgreSQL 15 or newer, found is 13',
    hint: 'sudo apt-get install -y',
  },
  {
    what: 'a Debian whose PostgreSQL is too old',
    part: 'postgresql',
    machine: {
      root: true,
      directories: { '/usr/lib/postgresql': ['13'] },
      commands: { 'apt-get': '/usr/bin/apt-get' },
      answers: [['', {}]],
    },
    code: 'sandbox-no-postgresql',
    detail: 'brings no server 15 or newer, found is 13',
    hint: 'https://www.postgresql.org/download',
  },
  {
    what: 'a mirror that cannot be reached',
    part: 'postgresql',
    machine: apt("W: Failed to fetch http://m.test/x\nE: Unable to locate package postgresql\nE: it's all"),
    code: 'sandbox-package',
    detail: "E: Unable to locate package postgresql\n  E: it's all",
    hint: 'sudo apt-get update && sudo apt-get install',
  },
  {
    what: 'a disk that is full while packages are installed',
    part: 'postgresql',
    machine: apt('dpkg: error: failed to write: No space left on device'),
    code: 'sandbox-disk-full',
    detail: 'No space left on device',
    hint: 'df -h',
  },
  {
    what: 'no openssl and no apt-get',
    part: 'openssl',
    machine: { root: true },
    code: 'sandbox-no-apt',
    detail: 'the Auth0 stand-in makes its certificates with openssl: package openssl',
    hint: 'install openssl',
  },
  {
    what: 'no Python',
    part: 'moto',
    machine: {},
    code: 'sandbox-no-python',
    detail: 'no "python3" on PATH',
    hint: 'sudo apt-get install python3 python3-venv',
  },
  {
    what: 'Python that is too old',
    part: 'moto',
    machine: python(['python3 --version', { output: 'Python 3.7.3' }]),
    code: 'sandbox-no-python',
    detail: 'Python 3.7.3',
    hint: '3.10 or newer',
  },
  {
    what: 'Python without its package for environments, on a machine without apt-get',
    part: 'moto',
    machine: python(['python3 -m venv', { code: 1, output: 'ensurepip is not available' }]),
    code: 'sandbox-no-apt',
    detail: 'package python3-venv',
    hint: 'install python3-venv',
  },
  {
    what: 'Python without the module at all',
    part: 'moto',
    machine: python(['python3 -m venv', { code: 1, output: 'python3: No module named venv' }]),
    code: 'sandbox-python-venv',
    detail: 'No module named venv',
    hint: 'sudo apt-get install',
  },
  {
    what: 'an environment that fails for a reason of its own',
    part: 'moto',
    machine: python([
      'python3 -m venv',
      {
        code: 1,
        output: "Error: Command '['/x/python', '-m', 'ensurepip']' returned non-zero exit status 1.",
      },
    ]),
    code: 'sandbox-python-venv',
    detail: 'returned non-zero exit status 1',
    hint: 'sudo apt-get install',
  },
  {
    what: 'a disk that is full while the environment is made',
    part: 'moto',
    machine: python(['python3 -m venv', { code: 1, output: '[Errno 28] No space left on device: x' }]),
    code: 'sandbox-disk-full',
    detail: 'No space left on device',
    hint: 'df -h',
  },
  {
    what: 'a package index where nobody listens',
    part: 'moto',
    machine: pip(brokenPip, ":env:.index-url='http://me:s3cret@127.0.0.1:9/simple'"),
    code: 'sandbox-moto-download',
    detail: 'PIP_INDEX_URL is http://127.0.0.1:9/simple: Connection refused',
    hint: 'set PIP_INDEX_URL',
  },
  {
    what: 'a package index of a file, without a name in the DNS',
    part: 'moto',
    machine: pip(
      brokenPip.replace('[Errno 111] Connection refused', '[Errno -2] Name or service not known'),
      "global.index-url='https://nowhere.invalid'",
    ),
    code: 'sandbox-moto-download',
    detail: "pip's index-url is https://nowhere.invalid: Name or service not known",
    hint: 'set PIP_INDEX_URL',
  },
  {
    what: 'the public index, out of reach',
    part: 'moto',
    machine: pip(brokenPip),
    code: 'sandbox-moto-download',
    detail: 'PIP_INDEX_URL is not set, so the index is https://pypi.org/simple',
    hint: 'set PIP_INDEX_URL',
  },
  {
    what: 'an index without one of the packages',
    part: 'moto',
    machine: pip('ERROR: No matching distribution found for moto==5.2.5'),
    code: 'sandbox-moto',
    detail: 'ERROR: No matching distribution found for moto==5.2.5',
    hint: 'pip download',
  },
];

describe('the first hour', () => {
  it.each(cases)('$what: $code', async ({ part, machine, code, exit = 'unreachable', detail, hint }) => {
    const problem = await problemOf(part, machine);
    expect(problem).toMatchObject({ code, exit });
    expect(problem.detail).toContain(detail);
    expect(problem.hint).toContain(hint);
  });
});
