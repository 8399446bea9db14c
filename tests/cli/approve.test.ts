import { afterAll, describe, expect, it } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { exitCodes } from '../../diagnostics/index.ts';
import { intentOf, isKind } from '../../evidence/index.ts';
import { loadSettings } from '../../inventory/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { capturedProject, enter, type Project, walk } from './project.ts';

afterAll(removeTemporary);

const who = ['--as', 'Wei Zhang', '--reason', 'notices are out'] as const;

async function refused(project: Project, ...args: string[]) {
  const before = await project.print();
  const { code, json } = await project.ask('approve', ...args);
  expect(await project.print()).toBe(before);
  return {
    code,
    problems: (json as { problems: { code: string; detail: string; hint: string }[] }).problems,
  };
}

describe('teardown approve', () => {
  it('approves the intent that the gate of an update with that stage computes', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { code, json } = await project.ask('approve', 'read-only', ...who);
    expect(code).toBe(0);
    const stack = {
      stage: 'read-only',
      reason: 'contract ended',
      inventory: 'slice/slice-crm.inventory.yaml',
    };
    const { gate, inventory } = await loadSettings(stack, project.root);
    const intent = intentOf({ system: inventory.system, ...gate }, { to: 'read-only', attempt: 1 });
    expect(json).toMatchObject({ step: 'read-only', attempt: 1, intent, signed: false });
    const { entries } = await (await project.store()).ledger();
    const approval = entries.filter(isKind('approval')).at(-1)?.body;
    expect(approval).toMatchObject({ step: 'read-only', attempt: 1, intent, reason: 'notices are out' });
  });

  it('leaves no name in clear anywhere', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await project.run('approve', 'read-only', ...who);
    const { entries } = await (await project.store()).ledger();
    expect(JSON.stringify(entries)).not.toContain('Wei');
    expect((await project.run('status')).out).not.toContain('Wei');
  });

  it('approves a way back for the attempt it would begin', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    expect((await project.ask('approve', 'active', ...who)).json).toMatchObject({
      step: 'active',
      attempt: 2,
    });
  });

  it('approves the finishing of a half-finished step', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await enter(await project.store(), 'read-only');
    expect((await project.ask('approve', 'read-only', ...who)).json).toMatchObject({ attempt: 1 });
  });

  it.each([
    ['revoked/accounts', 'one step forward at a time'],
    ['readonly', 'there is no such step'],
    ['', 'there is no such step'],
    ['destroyed', 'there is no such step'],
  ])('refuses a move to "%s" from active', async (step, why) => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { code, problems } = await refused(project, step, ...who);
    expect(code).toBe(exitCodes.refused);
    expect(problems).toMatchObject([
      { code: 'cli-move-refused', detail: `from active to "${step}": ${why}` },
    ]);
  });

  it('refuses a step beyond one that is not reached, and the way back after a delete', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const store = await project.store();
    await enter(store, 'read-only');
    expect((await refused(project, 'revoked/accounts', ...who)).problems[0]?.detail).toContain(
      'not reached yet',
    );
    await store.append({
      kind: 'delete-started',
      step: 'destroyed/services',
      attempt: 1,
      urn: 'urn:pulumi:x',
    });
    expect((await refused(project, 'active', ...who)).problems[0]?.detail).toContain('a delete was recorded');
  });

  it.each([
    ['name', '', 'due'],
    ['name', '   ', 'due'],
    ['reason', 'Wei', ''],
    ['reason', 'Wei', ' \t'],
  ])('refuses a blank %s', async (what, name, reason) => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { code, problems } = await refused(project, 'read-only', '--as', name, '--reason', reason);
    expect(code).toBe(exitCodes.usage);
    expect(problems).toMatchObject([
      { code: 'evidence-approval-incomplete', detail: `the ${what} is blank` },
    ]);
  });

  it('refuses before the former settings were captured', async () => {
    const project = await capturedProject();
    await rm(project.former);
    const { code, problems } = await refused(project, 'active', ...who);
    expect(code).toBe(exitCodes.configuration);
    expect(problems).toMatchObject([{ code: 'cli-not-captured', hint: 'teardown capture' }]);
  });

  it('is void as soon as a file it was bound to changes', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await project.run('approve', 'read-only', ...who);
    await writeFile(project.inventory, (await readFile(project.inventory, 'utf8')).replace('ERP', 'SAP'));
    const { out } = await project.run('status');
    expect(out).toContain('failed  approval: approved is intent');
  });
});
