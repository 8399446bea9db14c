import { afterAll, describe, expect, it } from '@jest/globals';
import { rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { LiveCrm } from '../../adopt/index.ts';
import type { Standing } from '../../cli/standing.ts';
import { TeardownError } from '../../diagnostics/index.ts';
import { liveFrom, sliceWorld } from '../adopt/live-slice.ts';
import type { Observed } from '../../lifecycle/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { deadPid, engineLock, engineState, stateFile, urnOf } from './crash.ts';
import { capturedProject, enter, type Project, walk } from './project.ts';

afterAll(removeTemporary);

const longAgo = '2026-01-01T00:00:00Z';
const bucket = urnOf('teardown:components:ObjectStore$aws:s3/bucket:Bucket', 'bucket:files');
const database = urnOf('teardown:components:CustomerDatabase$postgresql:index/database:Database', 'database');
const instance = urnOf('teardown:components:CustomerDatabase$aws:rds/instance:Instance', 'instance:crm');

async function standing(project: Project): Promise<Standing> {
  const before = await project.print();
  const { code, json } = await project.ask('status');
  expect(code).toBe(0);
  expect(await project.print()).toBe(before);
  return json as Standing;
}

/** A system at `active` that was killed in the step after it, with the step set and approved. */
async function halfEntered(gate: string): Promise<Project> {
  const project = await capturedProject();
  await walk(project, 'active');
  await project.settings({ stage: 'read-only' });
  await project.run('approve', 'read-only', '--as', 'Wei', '--reason', 'due');
  await enter(await project.store(), 'read-only');
  await engineState(project, { gate });
  return project;
}

/** A system in the middle of `destroyed/data`: the bucket is gone, the instance is not. */
async function inTheDeletes(
  urns: readonly string[] | undefined,
  observe: LiveCrm['observe'] = () => Promise.resolve(undefined),
): Promise<Project> {
  const live = liveFrom(sliceWorld());
  let captured = false;
  const project = await capturedProject({
    live: { ...live, observe: (target) => (captured ? observe(target) : live.observe(target)) },
  });
  captured = true;
  const { plan } = (await project.ask('status')).json as Standing;
  await walk(project, ...plan.slice(0, -1).map(({ step }) => step));
  await project.settings({ stage: 'destroyed/data' });
  await project.run('approve', 'destroyed/data', '--as', 'Wei', '--reason', 'due');
  const store = await project.store();
  await enter(store, 'destroyed/data');
  for (const urn of [bucket, instance, database, bucket])
    await store.append({ kind: 'delete-started', step: 'destroyed/data', attempt: 1, urn });
  await store.append({ kind: 'guard-released', target: 'bucket/files' });
  if (urns) await engineState(project, { gate: 'destroyed/data', urns });
  return project;
}

const invalid: Observed = { connectionLimit: -2 };

function unreachable(): never {
  const hint = 'start it';
  throw new TeardownError({ code: 'x', summary: 'Unreachable', detail: 'port 1', hint, exit: 'unreachable' });
}

describe('teardown status after a crash', () => {
  it.each(['active', 'read-only'])(
    'finishes a step whose gate was killed (the state says %s)',
    async (gate) => {
      const project = await halfEntered(gate);
      const found = await standing(project);
      expect(found.underWay).toMatchObject({ step: 'read-only', attempt: 1, entry: 6, deletes: [] });
      expect(found.problems).toEqual([]);
      expect(found.command).toBe('pulumi up');
      expect((await project.run('status')).out).toContain('Not finished: read-only (attempt 1), entered ');
    },
  );

  it('leads to the half-entered step if the stack is set to another one', async () => {
    const project = await halfEntered('active');
    await project.settings({ stage: 'active' });
    const found = await standing(project);
    expect(found.problems).toMatchObject([{ code: 'gate-witnesses-disagree' }]);
    expect(found.command).toBe('pulumi config set stage read-only && pulumi up');
  }, 60_000);

  it('says which deletes are done, which are not, and what else has happened', async () => {
    const project = await inTheDeletes([instance]);
    const detail = 'verification: 1 of 9 checks failed';
    await (await project.store()).append({ kind: 'run-failed', step: 'destroyed/data', detail });
    const found = await standing(project);
    expect(found.command).toBe('pulumi refresh --skip-pending-creates && pulumi up');
    expect(found.underWay).toMatchObject({
      step: 'destroyed/data',
      deletes: [
        { urn: bucket, outcome: 'done' },
        { urn: instance, outcome: 'open' },
        { urn: database, outcome: 'done' },
      ],
      released: ['bucket/files'],
      failed: 'verification: 1 of 9 checks failed',
    });
    const { out } = await project.run('status');
    expect(out).toContain('  delete, done: aws:s3/bucket:Bucket bucket:files\n');
    expect(out).toContain('  delete, not done: aws:rds/instance:Instance instance:crm\n');
    expect(out).toContain('  lock lifted: bucket/files\n');
    expect(out).toContain('  the last run failed: verification: 1 of 9 checks failed\n');
  });

  it.each(['gz', 'zst'])(
    'never takes a delete for done whose end it cannot see: a state in .%s',
    async (ending) => {
      const project = await inTheDeletes(undefined);
      await rename(stateFile(project), `${stateFile(project)}.${ending}`);
      const found = await standing(project);
      expect(found.underWay?.deletes.map(({ outcome }) => outcome)).toEqual([
        'unknown',
        'unknown',
        'unknown',
      ]);
      expect(found.command).toBe('pulumi up');
      expect((await project.run('status')).out).toContain(
        'If the next run fails at a delete of what is gone: pulumi refresh',
      );
    },
  );

  it('leads over a refresh of the deletes that the state does not know the end of, and of nothing else', async () => {
    const quoted = urnOf('teardown:components:ObjectStore$aws:s3/bucket:Bucket', "bucket:o'files");
    const project = await inTheDeletes([instance, quoted]);
    const store = await project.store();
    await store.append({ kind: 'delete-started', step: 'destroyed/data', attempt: 1, urn: quoted });
    expect((await standing(project)).command).toBe(
      `pulumi refresh --skip-pending-creates --target '${instance}' --target '${quoted.replace("'", `'\\''`)}' && pulumi up`,
    );
    await engineState(project, { gate: 'destroyed/data', urns: [] });
    expect((await standing(project)).command).toBe('pulumi up');
  });

  it('does so after a step is reached, too: the update failed at the delete of what was gone', async () => {
    const project = await inTheDeletes([instance]);
    const store = await project.store();
    const checks = [{ name: 'outside', verdict: 'passed', detail: 'as expected', hint: '' }] as const;
    await store.append({ kind: 'step-reached', step: 'destroyed/data', attempt: 1, checks: [...checks] });
    expect(await standing(project)).toMatchObject({
      underWay: null,
      command: `pulumi refresh --skip-pending-creates --target '${instance}' && pulumi up`,
    });
    await engineState(project, { gate: 'destroyed/data' });
    expect((await standing(project)).command).toBeNull();
  });

  it.each([
    ['is invalid', () => invalid, true],
    ['is whole', () => ({ ...invalid, connectionLimit: -1 }), false],
    ['is gone', () => undefined, false],
    ['cannot be looked at', unreachable, false],
  ])('drops a database first whose drop was cut off: it %s', async (_what, look, drops) => {
    const observe = () => Promise.resolve().then(look);
    const project = await inTheDeletes([database], observe);
    const { command, halfDropped } = await standing(project);
    const refresh = `pulumi refresh --skip-pending-creates --target '${database}' && pulumi up`;
    const drop = `psql "$CRM_DATABASE_URL" -c 'DROP DATABASE "slice_crm"'`;
    expect([command, halfDropped]).toEqual(drops ? [`${drop} && ${refresh}`, 'slice_crm'] : [refresh, null]);
    const says = 'The drop of database slice_crm was cut off: nobody can connect to it';
    expect((await project.run('status')).out.includes(says)).toBe(drops);
  });

  it('drops it also where the state cannot be read from here', async () => {
    const project = await inTheDeletes([database], () => Promise.resolve(invalid));
    await rename(stateFile(project), `${stateFile(project)}.gz`);
    expect((await standing(project)).command).toBe(
      `psql "$CRM_DATABASE_URL" -c 'DROP DATABASE "slice_crm"' && pulumi up`,
    );
  });

  it('says nothing of it once the step is reached', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await engineState(project, { gate: 'read-only' });
    expect(await standing(project)).toMatchObject({ underWay: null, cutOff: [], problems: [] });
    expect((await project.run('status')).out).not.toContain('Not finished');
  });

  it('leads back from a step that was not reached over a refresh, or over its end if a create was cut off', async () => {
    const project = await halfEntered('read-only');
    await project.settings({ stage: 'active' });
    expect((await standing(project)).command).toBe('teardown approve active --as NAME --reason TEXT');
    await project.run('approve', 'active', '--as', 'Wei', '--reason', 'wrong day');
    expect((await standing(project)).command).toBe('pulumi refresh --skip-pending-creates && pulumi up');
    await engineState(project, { gate: 'read-only', pending: [{ type: 'creating', urn: bucket }] });
    expect((await standing(project)).command).toBe('pulumi config set stage read-only && pulumi up');
  });

  it('remembers an open delete of an earlier step of destroyed', async () => {
    const project = await inTheDeletes([instance]);
    const store = await project.store();
    await enter(store, 'destroyed/data');
    expect((await standing(project)).command).toBe(
      `pulumi refresh --skip-pending-creates --target '${instance}' && pulumi up`,
    );
  });

  it('names what the engine was killed in, and forgets a create that a later run has made good', async () => {
    const project = await halfEntered('read-only');
    const pending = [
      { type: 'creating', urn: bucket },
      { type: 'updating', urn: instance },
    ];
    await engineState(project, { gate: 'read-only', pending });
    expect((await standing(project)).cutOff).toEqual([
      { operation: 'creating', urn: bucket },
      { operation: 'updating', urn: instance },
    ]);
    const { out } = await project.run('status');
    expect(out).toContain(
      'The engine was killed in the middle of:\n  creating: aws:s3/bucket:Bucket bucket:files',
    );
    await engineState(project, { gate: 'read-only', pending, urns: [bucket] });
    expect((await standing(project)).cutOff).toEqual([{ operation: 'updating', urn: instance }]);
  });

  it.each([
    ['has ended', deadPid, hostname(), 'teardown unlock'],
    ['is at work', () => Promise.resolve(process.pid), hostname(), `ps -o pid,etime,args -p ${process.pid}`],
    ['cannot be checked from here', deadPid, 'elsewhere', 'teardown unlock'],
  ])('comes to the lock first: its holder %s', async (says, pidOf, host, command) => {
    const project = await halfEntered('active');
    const timestamp = says === 'is at work' ? new Date().toISOString() : longAgo;
    await engineLock(project, { pid: await pidOf(), username: 'wei', hostname: host, timestamp });
    expect((await standing(project)).command).toBe(command);
    expect((await project.run('status')).out).toContain(says);
  });

  it.each(['a.json', 'a.json.18ebabe27ac854b3.tmp'])(
    'comes to a lock that a full disk has cut off: %s',
    async (file) => {
      const project = await halfEntered('active');
      await engineLock(project, '', file);
      expect((await standing(project)).command).toBe('teardown unlock');
      expect((await project.run('status')).out).toContain(
        'The stack has a lock that is cut off and does not say who holds it.',
      );
      expect((await project.run('unlock')).error).toMatch(
        / is cut off: .*\n  HINT: .*ps -C pulumi.*pulumi cancel/,
      );
    },
  );
});

describe('teardown status of records that do not go together', () => {
  const restore = 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';

  it('finds a state that is older than the ledger', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await engineState(project, { gate: 'active' });
    const found = await standing(project);
    expect(found.problems[0]?.code).toBe('gate-witnesses-disagree');
    expect(found.command).toBe(restore);
  }, 60_000);

  it('finds a state that has lost its gate', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await engineState(project, {});
    const found = await standing(project);
    expect([found.problems[0]?.code, found.command]).toEqual(['gate-state-lost', restore]);
  }, 60_000);

  it('finds a ledger that has lost its last entries', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const store = await project.store();
    const { head } = await store.ledger();
    await engineState(project, { gate: 'active', head });
    expect((await standing(project)).problems).toEqual([]);
    await rm(join(store.directory, 'ledger', `${String(head.sequence).padStart(8, '0')}.json`));
    const found = await standing(project);
    expect(found.problems[0]?.code).toBe('ledger-head-mismatch');
    expect(found.command).toMatch(/^restore .*ledger from its backup/);
  });

  it.each(['', '{', '{}', '[]', '{"checkpoint":{"latest":{"resources":[{}]}}}'])(
    'refuses a state that is none: %j',
    async (text) => {
      const project = await capturedProject();
      await engineState(project, text);
      const { code, error } = await project.run('status');
      expect([code, error.split(':')[0]]).toEqual([3, 'cli-state-unreadable']);
      expect(error).toContain('slice.json');
      expect(error).toContain('HINT: pulumi stack import --file');
    },
  );

  it.each([
    [
      'whole',
      '{"checkpoint":{"latest":{"resources":[]}}}',
      /HINT: make room on the disk, then: cp '(.*)\.bak' '\1'/,
    ],
    ['cut off, too', '{"checkpoint":{"la', /HINT: pulumi stack import --file/],
  ])('names the copy beside a state that was cut off, if it is %s', async (_what, copy, hint) => {
    const project = await capturedProject();
    await engineState(project, '{"checkpoint":{"latest":{"re');
    const file = join(project.backend, '.pulumi', 'stacks', 'crm-teardown', 'slice.json');
    await writeFile(`${file}.bak`, copy);
    expect((await project.run('status')).error).toMatch(hint);
  });
});
