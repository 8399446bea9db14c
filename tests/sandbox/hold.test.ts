import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hold, letGo } from '../../sandbox/hold.ts';
import { layoutOf } from '../../sandbox/layout.ts';
import { startOf } from '../../sandbox/servers/index.ts';

const name = `hold-${process.pid}`;
const file = layoutOf(name).holder;
beforeAll(() => {
  mkdirSync(dirname(file), { recursive: true });
});
afterEach(() => {
  rmSync(file, { force: true });
});

describe('the claim on a sandbox', () => {
  it('is given once and again to the same process', () => {
    expect([hold(name), hold(name)]).toEqual([true, true]);
  });

  it('is refused while another process that lives has it, and is left to it', () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, started: startOf(process.ppid) }));
    expect(hold(name)).toBe(false);
    letGo(name);
    expect(hold(name)).toBe(false);
  });

  it.each(['{"pid":1,"started":"0"}', 'not json'])(
    'of a process that is gone counts for nothing: %s',
    (content) => {
      writeFileSync(file, content);
      expect(hold(name)).toBe(true);
    },
  );

  it('is free again after it was given up', () => {
    hold(name);
    letGo(name);
    writeFileSync(file, JSON.stringify({ pid: process.ppid, started: startOf(process.ppid) }), {
      flag: 'wx',
    });
  });
});

describe('the name of a sandbox', () => {
  it.each(['', '..', 'a/b', 'A', '-a', 'x'.repeat(42)])('may not be "%s"', (bad) => {
    expect(() => layoutOf(bad)).toThrow(/sandbox-name/);
  });
});
