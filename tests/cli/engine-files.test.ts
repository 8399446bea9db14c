import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { engineLocks, fileBackend } from '../../cli/engine-locks.ts';
import type { Standing } from '../../cli/standing.ts';
import { TimedOut } from '../../diagnostics/index.ts';
import { removeTemporary, temporaryDirectory } from '../evidence/temporary.ts';
import { deadPid, engineLock, engineState, stateFile } from './crash.ts';
import { capturedProject, enter, type Project, walk } from './project.ts';

afterAll(removeTemporary);

async function standing(project: Project): Promise<Standing> {
  const { code, json } = await project.ask('status');
  expect(code).toBe(0);
  return json as Standing;
}

/** A system at `read-only` whose state the engine keeps. */
async function kept(): Promise<Project> {
  const project = await capturedProject();
  await walk(project, 'active', 'read-only');
  await project.settings({ stage: 'read-only' });
  return project;
}

describe('teardown status of a state that it does not find', () => {
  const restore = 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';

  it.each([
    ['the stack was removed', stateFile],
    ['the directory is another', ({ backend }: Project) => backend],
  ])(
    'takes it for lost once the ledger knows the system: %s',
    async (_why, gone) => {
      const project = await kept();
      expect((await standing(project)).problems).toEqual([]);
      await rm(gone(project), { recursive: true });
      const found = await standing(project);
      expect(found.problems).toMatchObject([{ code: 'gate-state-lost', hint: restore }]);
      expect(found.problems[0]?.detail).toMatch(
        /slice\.json is not there: PULUMI_BACKEND_URL .*; no gate in the state; the ledger says read-only, attempt 1;/,
      );
      expect(found.command).toBe(restore);
    },
    60_000,
  );

  it('misses nothing before the first update', async () => {
    const project = await capturedProject();
    expect(await standing(project)).toMatchObject({ problems: [], command: 'pulumi up' });
  });

  it('takes no delete for done', async () => {
    const project = await kept();
    const store = await project.store();
    await enter(store, 'revoked/accounts');
    await store.append({
      kind: 'delete-started',
      step: 'revoked/accounts',
      attempt: 1,
      urn: 'urn:x::a:b:C::d',
    });
    await engineState(project, { gate: 'revoked/accounts' });
    expect((await standing(project)).underWay?.deletes).toMatchObject([{ outcome: 'done' }]);
    await rm(stateFile(project));
    expect((await standing(project)).underWay?.deletes).toMatchObject([{ outcome: 'unknown' }]);
  }, 60_000);

  it.each(['gz', 'zst'])('does not call one lost that is compressed: .%s', async (ending) => {
    const project = await kept();
    await rename(stateFile(project), `${stateFile(project)}.${ending}`);
    expect((await standing(project)).problems).toEqual([]);
  });

  it('does not call one lost that another kind of backend keeps', async () => {
    const project = await capturedProject({ environment: { PULUMI_BACKEND_URL: 's3://states' } });
    await walk(project, 'active', 'read-only');
    await rm(stateFile(project));
    expect((await standing(project)).problems).toEqual([]);
  });

  it('takes the one that was written last, as the engine does', async () => {
    const project = await kept();
    const compressed = `${stateFile(project)}.gz`;
    await engineState(project, { gate: 'active' });
    await writeFile(compressed, 'later');
    await utimes(compressed, 2_000_000_000, 2_000_000_000);
    expect((await standing(project)).problems).toEqual([]);
    await utimes(compressed, 1_000_000_000, 1_000_000_000);
    expect((await standing(project)).problems).toMatchObject([{ code: 'gate-witnesses-disagree' }]);
  }, 60_000);
});

describe('the way out of a state that was cut off', () => {
  it('is a command that a shell takes as it is, whatever the directory is called', async () => {
    const backend = join(await temporaryDirectory(), "o'hara's states");
    const project = await capturedProject({ environment: { PULUMI_BACKEND_URL: `file://${backend}` } });
    await engineState({ backend }, '{"checkpoint":{"latest":{"re');
    const whole = '{"checkpoint":{"latest":{"resources":[]}}}';
    await writeFile(`${stateFile({ backend })}.bak`, whole);
    const { error } = await project.run('status');
    const [, command = ''] = /HINT: make room on the disk, then: (.*)/.exec(error) ?? [];
    await promisify(execFile)('/bin/sh', ['-c', command]);
    expect(await readFile(stateFile({ backend }), 'utf8')).toBe(whole);
    expect((await project.run('status')).code).toBe(0);
  });
});

describe('the backend', () => {
  async function loggedIn(home: string): Promise<void> {
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'credentials.json'), '{"current":"file:///srv/states"}');
  }

  it.each([
    ['is set', { PULUMI_BACKEND_URL: 'file:///srv/others' }, '/srv/others'],
    ['is set to a bucket', { PULUMI_BACKEND_URL: 's3://states' }, undefined],
    ['is set to nothing', { PULUMI_BACKEND_URL: '' }, '/srv/states'],
    ['is set to nothing, as the home is', { PULUMI_BACKEND_URL: '', PULUMI_HOME: '' }, '/srv/states'],
    ['is not set', {}, '/srv/states'],
  ])('is the one of the engine: it %s', async (_what, environment, directory) => {
    const home = await temporaryDirectory();
    await loggedIn(join(home, '.pulumi'));
    expect(await fileBackend({ HOME: home, ...environment })).toBe(directory);
  });

  it('is none where nobody is logged in', async () => {
    expect(await fileBackend({ HOME: await temporaryDirectory() })).toBeUndefined();
  });

  it('hides neither state nor lock when its variable is set to nothing', async () => {
    const home = await temporaryDirectory();
    const project = await capturedProject({ environment: { PULUMI_BACKEND_URL: '', PULUMI_HOME: home } });
    const current = `file://${project.backend}`;
    await writeFile(join(home, 'credentials.json'), JSON.stringify({ current }));
    await walk(project, 'active', 'read-only');
    await engineLock(project, {
      pid: await deadPid(),
      hostname: 'elsewhere',
      timestamp: '2026-01-01T00:00:00Z',
    });
    await rm(stateFile(project));
    expect(await standing(project)).toMatchObject({
      locks: [{ of: 'stack', host: 'elsewhere' }],
      problems: [{ code: 'gate-state-lost' }],
    });
  }, 60_000);
});

describe('a file of the engine that never answers', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Real time, in which a disk that answers does so. */
  async function aMoment(): Promise<void> {
    const over = performance.now() + 100;
    while (performance.now() < over) await turn();
  }

  /** What reading ends with when a pipe that nobody writes to stands in the place of the file. */
  async function endOf(path: string, read: () => Promise<unknown>): Promise<unknown> {
    await mkdir(dirname(path), { recursive: true });
    await promisify(execFile)('mkfifo', [path]);
    let end: unknown;
    const settled = read().then(
      (value) => (end = { value }),
      (error: unknown) => (end = error),
    );
    for (let seconds = 0; end === undefined && seconds < 60; seconds += 1) {
      await aMoment();
      jest.advanceTimersByTime(1000);
    }
    // Opened for both it does not wait, and lets the reader go.
    await (await open(path, 'r+')).close();
    await settled;
    return end;
  }

  it('is waited for within a limit: the lock of a stack', async () => {
    const backend = await temporaryDirectory();
    const path = join(backend, '.pulumi', 'locks', 'organization', 'crm-teardown', 'slice', 'a.json');
    const end = await endOf(path, () => engineLocks(backend, 'slice'));
    expect(end).toBeInstanceOf(TimedOut);
    expect(String(end)).toContain(`reading ${path} did not finish within 10 seconds`);
  });

  it('is waited for within a limit: who is logged in', async () => {
    const home = await temporaryDirectory();
    const path = join(home, 'credentials.json');
    const end = await endOf(path, () => fileBackend({ PULUMI_HOME: home }));
    expect(end).toBeInstanceOf(TimedOut);
    expect(String(end)).toContain(`reading ${path} did not finish within 10 seconds`);
  });

  it('and one that answers is read', async () => {
    const backend = await temporaryDirectory();
    await engineLock({ backend }, { pid: process.pid, hostname: 'elsewhere', timestamp: 'x' }, 'a.json');
    expect(await engineLocks(backend, 'slice')).toMatchObject([{ id: 'a', host: 'elsewhere' }]);
  });
});
