import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { exitCodes, type Problem } from '../../diagnostics/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { capturedProject, newProject, type Project, walk } from './project.ts';

afterAll(removeTemporary);

const commands = {
  status: ['status'],
  approve: ['approve', 'read-only', '--as', 'Wei', '--reason', 'due'],
  capture: ['capture'],
  unlock: ['unlock'],
} as const;
type Name = keyof typeof commands;

/** Runs one command on a broken project: the problems of its one JSON answer, and nothing changed by it. */
async function refusal(
  project: Project,
  name: Name,
): Promise<{ code: number; problems: readonly Problem[] }> {
  const before = await project.print();
  const { code, json } = await project.ask(...commands[name]);
  expect(await project.print()).toBe(before);
  return { code, problems: (json as { problems: readonly Problem[] }).problems };
}

/** Each command answers with that code, in four parts and with that exit code. */
async function expectRefused(
  project: Project,
  expected: string,
  exit: keyof typeof exitCodes,
  names: readonly Name[],
) {
  for (const name of names) {
    const { code, problems } = await refusal(project, name);
    expect([name, problems.map((problem) => problem.code)]).toEqual([
      name,
      expect.arrayContaining([expected]),
    ]);
    expect([name, code]).toEqual([name, exitCodes[exit]]);
    for (const { summary, detail, hint } of problems) expect([summary, detail, hint]).not.toContain('');
  }
}

async function edit(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  await chmod(path, 0o644);
  await writeFile(path, edited);
}

const all: readonly Name[] = ['status', 'approve', 'capture', 'unlock'];
const withFormer: readonly Name[] = ['status', 'approve'];

describe('a bad inventory', () => {
  it.each<[string, string | RegExp, string, string]>([
    ['not YAML', 'system:', 'system: [', 'inventory-not-yaml'],
    ['a wrong type', 'notice: "30 days"', 'notice: 30', 'inventory-wrong-type'],
    ['an unknown key', 'timing:', 'timings: {}\ntiming:', 'inventory-unknown-key'],
    [
      'a dangling reference',
      'data: [contact], enf',
      'data: [contracts], enf',
      'inventory-dangling-reference',
    ],
    ['no ownership', ', ownership: exclusive', '', 'inventory-missing-key'],
    [
      'a credential as a value',
      'env:CRM_DATABASE_URL',
      'postgres://a:s3cret@h/db',
      'inventory-credential-value',
    ],
    ['a merge of strangers', 'together: []', 'together: [[accounts, services]]', 'inventory-merge'],
  ])('%s is refused by every command, with its place', async (_name, from, to, code) => {
    const project = await capturedProject();
    await edit(project.inventory, from, to);
    await expectRefused(project, code, 'configuration', all);
    const { error } = await project.run('status');
    expect(error).toMatch(/slice\/slice-crm\.inventory\.yaml:\d+:\d+/);
    expect(error).not.toContain('s3cret');
  });

  it('missing is refused', async () => {
    const project = await capturedProject();
    await rm(project.inventory);
    await expectRefused(project, 'inventory-missing', 'configuration', all);
  });

  it('a blank stack setting is refused', async () => {
    const project = await capturedProject();
    await project.settings({ inventory: '""' });
    await expectRefused(project, 'settings-missing', 'configuration', all);
    await project.settings({ reason: '""' });
    await expectRefused(project, 'settings-missing', 'configuration', withFormer);
  });

  it('an unknown feature stops at the first gate, and status says so', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await edit(project.inventory, 'sms: absent', 'sms: unknown');
    const { json } = await project.ask('status');
    const { next } = json as { next: { checks: { name: string; verdict: string }[] } };
    expect(next.checks).toContainEqual(expect.objectContaining({ name: 'features', verdict: 'failed' }));
  });
});

describe('bad former settings', () => {
  it.each([
    ['edited', /"login": true/, '"login": false', 'former-edited'],
    ['not JSON', '{', '{{', 'former-not-json'],
    ['of a wrong shape', '"version": 1', '"version": 2', 'former-wrong-shape'],
  ])('%s are refused', async (_name, from, to, code) => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await edit(project.former, from, to);
    await expectRefused(project, code, 'configuration', withFormer);
  });

  it('cannot be captured again in the middle', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await expectRefused(project, 'capture-in-the-middle', 'refused', ['capture']);
  });
});

describe('a bad evidence store', () => {
  const ledger = (project: Project, name: string) => join(project.root, 'slice', 'evidence', 'ledger', name);

  it('missing is refused', async () => {
    const project = await newProject();
    await expectRefused(project, 'evidence-store-missing', 'evidence', all);
  });

  it('with a changed entry is refused', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await edit(ledger(project, '00000003.json'), 'test', 'best');
    await expectRefused(project, 'ledger-chain-broken', 'evidence', all);
  });

  it('with a missing entry is refused, and the file is named', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await rm(ledger(project, '00000002.json'));
    await expectRefused(project, 'ledger-entry-missing', 'evidence', all);
    expect((await project.run('status')).error).toContain('00000002.json');
  });

  it('of another system is refused', async () => {
    const project = await newProject();
    await edit(project.inventory, 'system: slice-crm', 'system: other-crm');
    expect(await project.run('capture', '--create-store')).toMatchObject({ code: 0 });
    await edit(project.inventory, 'system: other-crm', 'system: slice-crm');
    await expectRefused(project, 'evidence-other-system', 'evidence', all);
  });
});

/** Root is not stopped by permissions: then the command runs as nobody, in a process of its own. */
describe('a read-only evidence store', () => {
  it('still answers status, and refuses an approval', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { run, restore } = await asReader(project);
    const status = await run('status');
    const approval = await run(...commands.approve);
    await restore();
    expect(status.code).toBe(0);
    expect(approval.code).toBe(exitCodes.evidence);
    expect(approval.text).toContain('evidence-store-read-only');
  }, 30_000);
});

async function asReader({ root }: Project) {
  const store = join(root, 'slice', 'evidence');
  const directories = [store, ...['ledger', 'attestations', 'names'].map((name) => join(store, name))];
  const isRoot = process.getuid?.() === 0;
  for (const directory of directories) await chmod(directory, isRoot ? 0o755 : 0o555);
  await chmod(root, 0o755);
  const nobody = 65_534;
  const script = join(process.cwd(), 'tests', 'cli', 'run-in.ts');
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; text: string }>((resolve) => {
      const child = spawn(
        process.execPath,
        [script, root, ...args],
        isRoot ? { uid: nobody, gid: nobody } : {},
      );
      const chunks: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => chunks.push(String(chunk)));
      child.once('close', (code) => {
        resolve({ code, text: chunks.join('') });
      });
    });
  const restore = async () => {
    for (const directory of directories) await chmod(directory, 0o755);
  };
  return { run, restore };
}
