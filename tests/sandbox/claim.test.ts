import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claim, giveUp } from '../../sandbox/claim.ts';
import { inTurn } from '../../sandbox/install/turn.ts';
import { startOf } from '../../sandbox/running.ts';

let root = '';
let other: ChildProcess;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crm-teardown-claim-'));
  other = spawn('sleep', ['60']);
});
afterEach(() => {
  other.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

function claimedByOther(file: string): void {
  claim(file);
  const pid = other.pid ?? 0;
  writeFileSync(file, JSON.stringify({ pid, started: startOf(pid) }));
}

describe('a claim', () => {
  it('is had by one living process, and leaves no file of its own behind', () => {
    const file = join(root, 'a.json');
    claimedByOther(file);
    expect(claim(file)).toMatchObject({ pid: other.pid });
    giveUp(file);
    expect(readdirSync(root)).toEqual(['a.json']);
  });

  it('of a process that was killed counts for nothing', async () => {
    const file = join(root, 'a.json');
    claimedByOther(file);
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    expect(claim(file)).toBeUndefined();
  });
});

describe('installing in turn', () => {
  const file = () => join(root, '.tools', 'installing.json');

  it('waits for another process, and goes on when that one has ended, killed or not', async () => {
    claimedByOther(file());
    let began = false;
    const work = inTurn(root, () => Promise.resolve((began = true)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(began).toBe(false);
    other.kill('SIGKILL');
    expect(await work).toBe(true);
    expect(readdirSync(join(root, '.tools'))).toEqual([]);
  });

  it('does not wait longer than its limit', async () => {
    claimedByOther(file());
    await expect(inTurn(root, () => Promise.resolve(), '0 seconds')).rejects.toMatchObject({
      problems: [{ code: 'sandbox-installing', exit: 'busy', hint: `ps -fp ${other.pid}` }],
    });
  });

  it('gives up its turn when the work fails', async () => {
    await expect(inTurn(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(join(root, '.tools'))).toEqual([]);
  });
});
