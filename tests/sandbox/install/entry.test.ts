import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../../sandbox/install/index.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crm-teardown-entry-'));
  mkdirSync(join(root, 'sandbox', 'install'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'package.json'), '{"type": "module"}');
  copyFileSync(
    join(projectRoot, 'sandbox', 'install', 'main.js'),
    join(root, 'sandbox', 'install', 'main.js'),
  );
  program('npm', 'exit 1');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function program(path: string, script: string): void {
  writeFileSync(join(root, path.includes('/') ? path : join('bin', path)), `#!/bin/sh\n${script}\n`, {
    mode: 0o755,
  });
}

function packages(node?: string): void {
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{}');
  if (node !== undefined) program('node_modules/.bin/node', node);
}

function enter(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const entry = join(root, 'sandbox', 'install', 'main.js');
  const { status, stderr } = spawnSync(process.execPath, [...args, entry], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}` },
  });
  return { status, said: stderr };
}

describe('the entry that any Node can run', () => {
  it('says that npm ci has not run', () => {
    const { status, said } = enter();
    expect({ status, said }).toEqual({
      status: 6,
      said: `sandbox-no-packages: The packages of this project are not installed\n  ${root}/node_modules is missing, or npm was interrupted\n  HINT: cd ${root} && npm ci\n`,
    });
  });

  it('says so of an npm ci that was interrupted', () => {
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    program('node_modules/.bin/node', 'exit 0');
    expect(enter()).toMatchObject({ status: 6, said: expect.stringContaining('sandbox-no-packages') });
  });

  it.each([
    ['is missing and cannot be downloaded', undefined],
    ['cannot be started', 'exit 127'],
  ])("says that the project's own Node %s, and how old this one is", (_what, node) => {
    packages(node);
    const { status, said } = enter();
    expect(status).toBe(6);
    expect(said).toMatch(
      /^sandbox-no-node: .*\n {2}.* this is Node \d+\.\d+\.\d+\n {2}HINT: npm rebuild node/,
    );
  });

  it('installs on Linux only', () => {
    packages('exit 0');
    const elsewhere = 'data:text/javascript,Object.defineProperty(process,"platform",{value:"darwin"})';
    expect(enter('--import', elsewhere)).toMatchObject({
      status: 6,
      said: expect.stringMatching(/^sandbox-platform: .*\n {2}this is darwin\n {2}HINT: npm run check/),
    });
  });

  it('hands on to the Node of the project, and its exit code', () => {
    packages('case "$1" in --version) exit 0;; */sandbox/install/main.ts) exit 7;; esac');
    expect(enter()).toEqual({ status: 7, said: '' });
  });
});

describe('what starts the Node of the project', () => {
  it.each([
    ['cli/teardown', 'cli-no-packages'],
    ['provider/pulumi-resource-teardown', 'provider-no-packages'],
    ['.tools/engine/0123/pulumi-language-nodejs', 'sandbox-no-packages'],
  ])('says in one line that there is none: %s', (path, code) => {
    const source = path.replace('.tools/engine/0123', 'sandbox/language-host');
    mkdirSync(join(root, path, '..'), { recursive: true });
    copyFileSync(join(projectRoot, source), join(root, path));
    const { status, stderr } = spawnSync(join(root, path), ['status'], { encoding: 'utf8' });
    expect(status).toBe(6);
    expect(stderr).toBe(
      `${code}: The packages of this project are not installed; HINT: cd ${root} && npm ci\n`,
    );
  });
});
