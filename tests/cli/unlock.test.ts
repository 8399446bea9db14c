import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../diagnostics/index.ts';
import { acquireLock, isKind } from '../../evidence/index.ts';
import { removeTemporary, temporaryDirectory } from '../evidence/temporary.ts';
import { deadPid, deadStoreLock, engineLock } from './crash.ts';
import { capturedProject } from './project.ts';

afterAll(removeTemporary);

const longAgo = '2026-01-01T00:00:00Z';

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );

describe('teardown unlock', () => {
  it('has nothing to do without a lock', async () => {
    const project = await capturedProject();
    const before = await project.print();
    expect(await project.run('unlock')).toMatchObject({
      code: 0,
      out: expect.stringContaining('There is no lock.'),
    });
    expect(await project.print()).toBe(before);
  });

  it('clears what a killed run left, both locks, and enters each in the ledger', async () => {
    const project = await capturedProject();
    const pid = await deadPid();
    const paths = [
      await deadStoreLock(project),
      await engineLock(project, { pid, username: 'wei', hostname: hostname(), timestamp: longAgo }),
    ];
    expect((await project.ask('status')).json).toMatchObject({
      command: 'teardown unlock',
      locks: [
        { of: 'evidence store', liveness: 'dead' },
        { of: 'stack', pid, liveness: 'dead' },
      ],
    });
    const { code, json } = await project.ask('unlock');
    expect([code, json]).toEqual([
      0,
      { cleared: [expect.anything(), expect.objectContaining({ of: 'stack', pid })] },
    ]);
    expect(await Promise.all(paths.map(exists))).toEqual([false, false]);
    const { entries } = await (await project.store()).ledger();
    const unlocked = entries.filter(isKind('unlocked')).map(({ body }) => body.holder);
    expect(unlocked).toMatchObject([
      { purpose: 'update of slice-crm' },
      { pid, purpose: 'pulumi on stack slice' },
    ]);
    expect(JSON.stringify(unlocked)).not.toContain('wei');
    expect((await project.run('unlock')).out).toContain('There is no lock.');
  });

  it.each<[string, () => Promise<object | string>, string]>([
    [
      'a living process',
      () => Promise.resolve({ pid: process.pid, hostname: hostname(), timestamp: new Date().toISOString() }),
      'cli-engine-busy',
    ],
    [
      'another machine',
      async () => ({ pid: await deadPid(), hostname: 'another', timestamp: longAgo }),
      'cli-engine-elsewhere',
    ],
    ['nobody who can be read', () => Promise.resolve('{"pid":'), 'cli-engine-lock-cut-off'],
    ['nobody at all', () => Promise.resolve(''), 'cli-engine-lock-cut-off'],
    ['nobody who is named', () => Promise.resolve({}), 'cli-engine-lock-cut-off'],
  ])(
    'refuses a stack lock of %s and clears nothing, not even a dead one',
    async (_name, content, expected) => {
      const project = await capturedProject();
      await deadStoreLock(project);
      await engineLock(project, await content());
      const before = await project.print();
      const { code, json } = await project.ask('unlock');
      expect(code).toBe(exitCodes.busy);
      expect(json).toMatchObject({ problems: [{ code: expected, exit: 'busy' }] });
      expect(await project.print()).toBe(before);
    },
  );

  it('takes a process for another one that began after the lock was written', async () => {
    const project = await capturedProject();
    const path = await engineLock(project, { pid: process.pid, hostname: hostname(), timestamp: longAgo });
    expect(await project.run('unlock')).toMatchObject({ code: 0 });
    expect(await exists(path)).toBe(false);
  });

  it('takes no engine for another process, although the clock was set ahead since it wrote its lock', async () => {
    const project = await capturedProject();
    const engine = join(await temporaryDirectory(), 'pulumi');
    await copyFile('/bin/sleep', engine);
    const running = spawn(engine, ['60']);
    try {
      await once(running, 'spawn');
      const path = await engineLock(project, {
        pid: running.pid,
        hostname: hostname(),
        timestamp: longAgo,
      });
      expect((await project.ask('unlock')).json).toMatchObject({ problems: [{ code: 'cli-engine-busy' }] });
      expect(await exists(path)).toBe(true);
    } finally {
      running.kill('SIGKILL');
    }
  });

  it('refuses the evidence lock of a living process, before it clears anything', async () => {
    const project = await capturedProject();
    const pid = await deadPid();
    const path = await engineLock(project, { pid, hostname: hostname(), timestamp: longAgo });
    const lock = await acquireLock(await project.store(), 'update of slice-crm');
    const { code, json } = await project.ask('unlock');
    await lock.release();
    expect(code).toBe(exitCodes.busy);
    expect(json).toMatchObject({ problems: [{ code: 'lock-busy' }] });
    expect(await exists(path)).toBe(true);
  });

  it('refuses the evidence lock of a process that does not tell when it began, and says where to look', async () => {
    const project = await capturedProject();
    const path = await deadStoreLock(project);
    const { host } = JSON.parse(await readFile(path, 'utf8')) as { host: string };
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace('"processStart":"1"', '"processStart":"unknown"'),
    );
    const before = await project.print();
    expect((await project.run('status')).out).toMatch(
      /The evidence store is locked by process .*; it cannot be checked from here\.\n\nNext: teardown unlock\n/,
    );
    const { code, error } = await project.run('unlock');
    expect([code, error.split(':')[0]]).toEqual([exitCodes.busy, 'lock-elsewhere']);
    expect(error).toContain(
      `HINT: as root on ${host}, in its container: ps -o pid,lstart,args -p ${process.pid};`,
    );
    expect(await project.print()).toBe(before);
  });

  it('never touches the lock of another stack', async () => {
    const project = await capturedProject();
    const pid = await deadPid();
    const locks = join(project.backend, '.pulumi', 'locks', 'organization', 'crm-teardown');
    await mkdir(join(locks, 'other'), { recursive: true });
    await writeFile(
      join(locks, 'other', 'a.json'),
      JSON.stringify({ pid, hostname: hostname(), timestamp: longAgo }),
    );
    await project.run('unlock');
    expect(await readdir(join(locks, 'other'))).toEqual(['a.json']);
    await rm(locks, { recursive: true });
  });
});
