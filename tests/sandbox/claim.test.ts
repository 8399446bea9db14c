import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claim, giveUp } from '../../sandbox/claim.ts';
import { projectRoot } from '../../sandbox/install/index.ts';
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

describe('the claim of a dead process', () => {
  it('is removed by one process at a time', async () => {
    const file = join(root, 'a.json');
    writeFileSync(file, dead);
    claimedByOther(`${file}.dead`);
    expect(claim(file)).toMatchObject({ pid: other.pid });
    expect(readFileSync(file, 'utf8')).toBe(dead);
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    expect(claim(file)).toBeUndefined();
    expect(readdirSync(root)).toEqual(['a.json']);
  });

  it('goes to one of several that come at the same moment, every time', async () => {
    const rounds = Array.from({ length: 30 }, (_, round) => String(round));
    for (const round of rounds) writeFileSync(join(root, round), dead);
    const visitors = Array.from({ length: 4 }, () => visitor(rounds));
    await Promise.all(visitors.map(({ ready }) => ready));
    for (const round of rounds) {
      writeFileSync(join(root, `${round}.go`), '');
      await sleep(20);
    }
    const had = (await Promise.all(visitors.map(({ claimed }) => claimed))).flat();
    for (const { leave } of visitors) leave();
    expect(had.sort()).toEqual([...rounds].sort());
  });
});

/** No process has this number. */
const dead = JSON.stringify({ pid: 2 ** 22 + 1, started: '1' });

/**
 * A process that claims one file after the other, each as soon as its `.go` is there, and says which it got. It stays until it is
 * sent away: the claims of one that has ended are the next one's by right.
 */
function visitor(files: readonly string[]) {
  const script = `const { claim } = await import(${JSON.stringify(join(projectRoot, 'sandbox', 'claim.ts'))});
    const { existsSync } = await import('node:fs');
    console.log('ready');
    for (const file of ${JSON.stringify(files)}) {
      while (!existsSync(file + '.go')) await new Promise((resolve) => setTimeout(resolve, 0));
      if (claim(file) === undefined) console.log('has ' + file);
    }
    console.log('done');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  let said = '';
  const ready = new Promise<void>((resolve) =>
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      resolve();
    }),
  );
  const claimed = new Promise<readonly string[]>((resolve) => {
    const tell = () => {
      resolve([...said.matchAll(/has (\d+)/g)].map(([, file]) => file ?? ''));
    };
    child.stdout.on('data', () => {
      if (said.endsWith('done\n')) tell();
    });
    child.once('close', tell);
  });
  return { ready, claimed, leave: () => child.stdin.end() };
}

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
