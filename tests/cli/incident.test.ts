import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Incident } from '../../cli/incident-file.ts';
import { approve, freeze } from '../../evidence/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { engineState, urnOf } from './crash.ts';
import { capturedProject, enter, type Project, walk } from './project.ts';

afterAll(removeTemporary);

const person = 'Wei Zhang';
const bucket = urnOf('teardown:components:ObjectStore$aws:s3/bucket:Bucket', 'bucket:wei-zhang');
const operator = urnOf('teardown:components:OperatorAccess$aws:iam/user:User', 'user:wei.zhang');

/** A system killed in its deletes and frozen, whose ledger holds a person wherever somebody could have written one. */
async function accident(): Promise<Project> {
  const project = await capturedProject();
  await walk(project, 'active');
  const store = await project.store();
  const step = 'destroyed/data';
  const reason = `${person} (wei.zhang@example.com, 13800138000) said so`;
  await approve({ store, step, attempt: 1, intent: '0'.repeat(64), approver: person, reason });
  await store.append({ kind: 'refusal', gate: person, problems: [{ code: reason, detail: reason }] });
  await store.append({
    kind: 'refusal',
    gate: step,
    problems: [{ code: 'gate-evidence-missing', detail: reason }],
  });
  await enter(store, step);
  for (const urn of [bucket, operator]) await store.append({ kind: 'delete-started', step, attempt: 1, urn });
  await store.append({ kind: 'guard-released', target: 'bucket/wei-zhang' });
  await store.append({ kind: 'run-failed', step, detail: reason });
  await freeze({ store, by: person, reason });
  await engineState(project, {
    gate: step,
    urns: [operator],
    pending: [{ type: 'deleting', urn: operator }],
  });
  return project;
}

async function filesIn(project: Project): Promise<Record<string, string>> {
  const names = (await readdir(project.root)).filter((name) => name.includes('.incident-'));
  const texts = names.sort().map(async (name) => [name, await readFile(join(project.root, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

const name = 'slice-crm.incident-20261122T100000Z';

describe('teardown incident (R93)', () => {
  it('writes one JSON and the same in English and Chinese, and changes nothing else', async () => {
    const project = await accident();
    const { sequence } = (await (await project.store()).ledger()).head;
    const { code, out } = await project.run('incident');
    expect(code).toBe(0);
    expect(out).toContain(`  ${name}.json\n  ${name}.en.md\n  ${name}.zh.md\n`);
    const files = await filesIn(project);
    expect(Object.keys(files)).toEqual([`${name}.en.md`, `${name}.json`, `${name}.zh.md`]);
    expect((await (await project.store()).ledger()).head.sequence).toBe(sequence);
  });

  it('tells the time, the kinds of data, where it stands and what was being done', async () => {
    const project = await accident();
    const { json } = await project.ask('incident');
    const { incident } = json as { incident: Incident };
    expect(incident).toMatchObject({
      version: 1,
      system: 'slice-crm',
      made: '2026-11-22T10:00:00.000Z',
      frozen: { entry: 13 },
      position: { step: 'destroyed/data', reached: false, deleteStarted: true },
      data: [
        { name: 'contact', sensitivity: 'personal' },
        { name: 'identity', sensitivity: 'sensitive' },
      ],
      underWay: {
        step: 'destroyed/data',
        attempt: 1,
        deletes: [
          { type: 'aws:s3/bucket:Bucket', outcome: 'done', count: 1 },
          { type: 'aws:iam/user:User', outcome: 'open', count: 1 },
        ],
        cutOff: [{ operation: 'deleting', type: 'aws:iam/user:User', count: 1 }],
      },
    });
    const { events } = incident;
    expect(events.map(({ entry }) => entry)).toEqual(events.map((_, at) => at + 1));
    expect(events.filter(({ kind }) => kind === 'refusal').map(({ step, about }) => [step, about])).toEqual([
      [null, ['not-a-code']],
      ['destroyed/data', ['gate-evidence-missing']],
    ]);
    expect(JSON.parse((await filesIn(project))[`${name}.json`] ?? '')).toEqual(incident);
  });

  it('holds nothing that a person wrote or is named in, and no path', async () => {
    const project = await accident();
    await project.run('incident');
    for (const text of Object.values(await filesIn(project))) {
      expect(text).not.toMatch(/wei|zhang|example\.com|13800138000/i);
      expect(text).not.toContain(project.root);
    }
  });

  it('says the same in both languages, each row of one with its row in the other', async () => {
    const project = await accident();
    await project.run('incident');
    const files = await filesIn(project);
    const [english = '', chinese = ''] = [files[`${name}.en.md`], files[`${name}.zh.md`]];
    const facts = (text: string) => text.match(/\d{4}-\d{2}-\d{2}T[\d:.]+Z|[a-z]+:[a-z]+\/[a-z]+:[A-Za-z]+/g);
    expect(facts(chinese)).toEqual(facts(english));
    expect(chinese.split('\n')).toHaveLength(english.split('\n').length);
    expect(english).toContain('| delete begun, not done | aws:iam/user:User | 1 |');
    expect(chinese).toContain('| 已开始删除，未完成 | aws:iam/user:User | 1 |');
    expect(chinese).toContain('| contact (个人信息), identity (敏感个人信息) |'.slice(2));
    expect(english).not.toContain('undefined');
    expect(chinese).not.toContain('undefined');
  });

  it('says of a quiet system that nothing is half done', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { json } = await project.ask('incident');
    expect((json as { incident: Incident }).incident).toMatchObject({ underWay: null, frozen: null });
  });

  it('goes where it is told, and never over a file that is there', async () => {
    const project = await accident();
    await mkdir(join(project.root, 'out'));
    expect((await project.run('incident', '--out', 'out')).code).toBe(0);
    expect(await readdir(join(project.root, 'out'))).toHaveLength(3);
    const { code, error } = await project.run('incident', '--out', 'out');
    expect([code, error.split(':')[0]]).toEqual([4, 'cli-incident-exists']);
    const nowhere = await project.run('incident', '--out', 'no where');
    expect([nowhere.code, nowhere.error.split(':')[0]]).toEqual([3, 'cli-file']);
    expect(nowhere.error).toContain(`HINT: mkdir -p '${join(project.root, 'no where')}'\n`);
  });
});
