import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '../../../sandbox/install/index.ts';

jest.setTimeout(60_000);

let root = '';
let running: Installation[] = [];

/** One `install` in a process of its own, and what it has said so far. */
interface Installation {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said: string;
}

function begin(): Installation {
  const place = (file: string) => JSON.stringify(join(projectRoot, 'sandbox', 'install', file));
  const script = `const { install } = await import(${place('index.ts')});
    const { thisMachine } = await import(${place('machine.ts')});
    await install(thisMachine(${JSON.stringify(root)}));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, ROOT: root },
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const installation: Installation = { child, ended, said: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (installation.said += data.toString()));
  running.push(installation);
  return installation;
}

/** With everything it has started, as when its terminal is closed. */
function kill({ child }: Installation): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGKILL');
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > end)
      throw new Error(`not within 30 seconds: ${what}; ${running.map(({ said }) => said).join()}`);
    await sleep(20);
  }
}

function program(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What pip has done, line by line. */
function pip(): readonly string[] {
  const log = join(root, 'pip.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

/** A project with its engine built and everything on this machine but moto; pip takes until the file `go` is there. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crm-teardown-two-'));
  for (const path of ['engine/go.mod', 'engine/go.sum', 'install/moto-requirements.txt', 'language-host'])
    cpSync(join(projectRoot, 'sandbox', path), join(root, 'sandbox', path), { recursive: true });
  mkdirSync(join(root, 'bin'));
  const sums = readFileSync(join(root, 'sandbox', 'engine', 'go.sum'));
  const engine = join(root, '.tools', 'engine', createHash('sha256').update(sums).digest('hex').slice(0, 16));
  mkdirSync(engine, { recursive: true });
  writeFileSync(join(engine, 'pulumi'), '');
  for (const name of ['initdb', 'postgres', 'openssl']) program(name, 'exit 1');
  program('pg_config', `case "$1" in --bindir) echo "$ROOT/bin";; *) echo PostgreSQL 16.4;; esac`);
  program(
    'python3',
    `case "$*" in
      --version) echo Python 3.11.2;;
      "-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python";;
      *"pip install"*) echo begun >> "$ROOT/pip.log"
        until [ -e "$ROOT/go" ]; do sleep 0.05; done
        [ -e "$0" ] && touch "$(dirname "$0")/moto_server" && echo done >> "$ROOT/pip.log";;
    esac`,
  );
});
afterEach(async () => {
  for (const installation of running) kill(installation);
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
  rmSync(root, { recursive: true });
});

function expectWhole(): void {
  const [key = ''] = readdirSync(join(root, '.tools', 'moto'));
  expect(readdirSync(join(root, '.tools', 'moto', key)).sort()).toEqual(['bin', 'complete']);
  expect(readdirSync(join(root, '.tools', 'moto', key, 'bin')).sort()).toEqual(['moto_server', 'python']);
  expect(readdirSync(join(root, '.tools')).sort()).toEqual(['engine', 'moto']);
}

describe('two installations at once', () => {
  it('install once: one waits for the other and finds everything there', async () => {
    const first = begin();
    await until('pip runs', () => pip().length === 1);
    const others = [begin(), begin()];
    const waiting = `Waiting for process ${first.child.pid}, which is installing ...\n`;
    await until('both wait', () => others.every(({ said }) => said === waiting));
    writeFileSync(join(root, 'go'), '');
    expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(pip()).toEqual(['begun', 'done']);
    expectWhole();
  });

  it('go on when the one that installs is killed: what it left half done is done again', async () => {
    const first = begin();
    await until('pip runs', () => pip().length === 1);
    const others = [begin(), begin()];
    await until('both wait', () => others.every(({ said }) => said.startsWith('Waiting for process')));
    kill(first);
    await until('pip runs again', () => pip().length === 2);
    writeFileSync(join(root, 'go'), '');
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(pip()).toEqual(['begun', 'begun', 'done']);
    expectWhole();
  });
});
