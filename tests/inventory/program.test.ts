import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TeardownError } from '../../diagnostics/index.ts';
import { programDigest, programFiles } from '../../inventory/program.ts';
import { projectRoot } from './slice.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'teardown-program-'));
  for (const name of [
    'index.ts',
    'Pulumi.yaml',
    'package-lock.json',
    'sdk/a.ts',
    'provider/run',
    'stacks/deep/b.ts',
  ])
    put(name, name);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

describe('the digest of the program', () => {
  it('covers the entry, the project file, the lock file and every file of the rooms', () => {
    expect(programFiles(root)).toEqual([
      'Pulumi.yaml',
      'index.ts',
      'package-lock.json',
      'provider/run',
      'sdk/a.ts',
      'stacks/deep/b.ts',
    ]);
  });

  it.each(['index.ts', 'Pulumi.yaml', 'package-lock.json', 'sdk/a.ts', 'provider/run', 'stacks/deep/b.ts'])(
    'is another one when %s changes by one letter',
    (name) => {
      const before = programDigest(root);
      put(name, `${name}.`);
      expect(programDigest(root)).not.toBe(before);
      put(name, name);
      expect(programDigest(root)).toBe(before);
    },
  );

  it('is another one when a file is added, renamed or moves to another room', () => {
    const before = programDigest(root);
    renameSync(join(root, 'sdk/a.ts'), join(root, 'provider/a.ts'));
    const moved = programDigest(root);
    put('sdk/a.ts', 'sdk/a.ts');
    expect(new Set([before, moved, programDigest(root)]).size).toBe(3);
  });

  it.each([
    'README.md',
    'stacks/Pulumi.dev.yaml',
    'tests/a.test.ts',
    'sandbox/x.ts',
    'sdk/.a.ts.swp',
    '.env',
  ])('does not cover %s', (name) => {
    const before = programDigest(root);
    put(name, 'anything');
    expect(programDigest(root)).toBe(before);
  });

  it('covers what a symbolic link leads to', () => {
    put('elsewhere.ts', '1');
    symlinkSync('../elsewhere.ts', join(root, 'sdk/link.ts'));
    const before = programDigest(root);
    put('elsewhere.ts', '2');
    expect(programDigest(root)).not.toBe(before);
  });

  it.each([
    ['to a directory', '..'],
    ['to nothing', 'none'],
  ])('refuses a link %s: an approval could not cover it', (_, target) => {
    symlinkSync(target, join(root, 'sdk/link'));
    expect(() => programDigest(root)).toThrow(TeardownError);
    expect(() => programDigest(root)).toThrow('settings-program-unreadable');
  });

  it('reads the project itself, this file not among it', () => {
    const files = programFiles(projectRoot);
    expect(files).toContain('inventory/schema.ts');
    expect(files.filter((name) => name.startsWith('tests/'))).toEqual([]);
  });
});
