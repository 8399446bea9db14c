import { afterAll, describe, expect, it } from '@jest/globals';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Standing } from '../../cli/standing.ts';
import { createStore } from '../../evidence/index.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { capturedProject, enter, newProject, type Project, walk } from './project.ts';

afterAll(removeTemporary);

async function standing(project: Project): Promise<Standing> {
  const before = await project.print();
  const { code, json } = await project.ask('status');
  expect(code).toBe(0);
  expect(await project.print()).toBe(before);
  return json as Standing;
}

describe('teardown status', () => {
  it('sends a newcomer to capture, which creates the store', async () => {
    const project = await newProject();
    const { code, error } = await project.run('status');
    expect(code).toBe(5);
    expect(error).toContain('evidence-store-missing');
    expect(error).toContain('HINT: teardown capture --create-store');
  });

  it('does not advise a new store for a system that was captured', async () => {
    const project = await capturedProject();
    await rm(`${project.root}/slice/evidence`, { recursive: true });
    const { code, error } = await project.run('status');
    expect(code).toBe(5);
    expect(error).not.toContain('--create-store');
  });

  it('calls everything unknown before the capture', async () => {
    const project = await newProject();
    await createStore(`${project.root}/slice/evidence`, { system: 'slice-crm', sandbox: true });
    const found = await standing(project);
    expect(found).toMatchObject({ captured: false, position: null, command: 'teardown capture' });
    expect(found.next).toMatchObject({ step: 'active', direction: 'start', verdict: 'unknown' });
  });

  it('leads from capture to the first update', async () => {
    const project = await capturedProject();
    const found = await standing(project);
    expect(found).toMatchObject({ captured: true, stack: 'slice', locks: [], problems: [] });
    expect(found.next).toMatchObject({ step: 'active', direction: 'start', attempt: 1, verdict: 'passed' });
    expect(found.command).toBe('pulumi up');
    expect(found.plan.map(({ step }) => step)).toEqual(allSteps);
  });

  it('names what the next step lacks, and the command for it', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const found = await standing(project);
    expect(found.position).toMatchObject({ step: 'active', reached: true, attempt: 1 });
    expect(found.plan.filter(({ state }) => state === 'present')).toMatchObject([{ step: 'active' }]);
    expect(found.next).toMatchObject({ step: 'read-only', direction: 'forward', verdict: 'failed' });
    const missing = found.next?.checks.filter(({ verdict }) => verdict !== 'passed');
    expect(missing).toMatchObject([{ name: 'approval', verdict: 'failed' }]);
    expect(found.command).toBe('teardown approve read-only --as NAME --reason TEXT');
  });

  it('then says which update to run', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    expect(await project.run('approve', 'read-only', '--as', 'Wei', '--reason', 'due')).toMatchObject({
      code: 0,
    });
    expect((await standing(project)).command).toBe('pulumi config set stage read-only && pulumi up');
    await project.settings({ stage: 'read-only' });
    expect((await standing(project)).command).toBe('pulumi up');
  });

  it('asks to finish a step that was entered and not reached', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    await enter(await project.store(), 'read-only');
    await project.settings({ stage: 'revoked/accounts' });
    const found = await standing(project);
    expect(found.position).toMatchObject({ step: 'read-only', reached: false });
    expect(found.next).toMatchObject({ step: 'read-only', direction: 'stay' });
  });

  it.each([
    ['readonly', 'there is no such step'],
    ['snapshotted', 'one step forward at a time'],
  ])('says what is wrong with a stack that is set to "%s"', async (stage, why) => {
    const project = await capturedProject();
    await walk(project, 'active');
    await project.settings({ stage });
    const found = await standing(project);
    expect(found.problems).toMatchObject([{ code: 'cli-move-refused' }]);
    expect(found.problems[0]?.detail).toContain(why);
    expect(found.next).toMatchObject({ step: 'read-only', direction: 'forward' });
    expect((await project.run('status')).out).toContain('cli-move-refused');
  });

  it('judges the way back if that is what the stack is set to', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only');
    await project.settings({ stage: 'active' });
    expect((await standing(project)).next).toMatchObject({ step: 'active', direction: 'back', attempt: 2 });
  });

  it('has nothing to run at the end', async () => {
    const project = await capturedProject();
    await walk(project, ...allSteps);
    await project.settings({ stage: 'destroyed/data' });
    const found = await standing(project);
    expect(found).toMatchObject({ next: null, command: null });
    expect((await project.run('status')).out).toContain('nothing is left to do');
  });

  it('says so if the inventory lost the step the system stands at', async () => {
    const project = await capturedProject();
    await walk(project, 'active', 'read-only', 'revoked/accounts');
    const text = await readFile(project.inventory, 'utf8');
    await writeFile(project.inventory, text.replace('together: []', 'together: [[accounts, sensitive]]'));
    const found = await standing(project);
    expect(found.problems).toMatchObject([{ code: 'cli-move-refused' }]);
    expect(found.problems[0]?.detail).toContain('not in the plan');
  });

  it('shows the same to people, with colours only on a terminal', async () => {
    const project = await capturedProject();
    await walk(project, 'active');
    const { out } = await project.run('status');
    expect(out).not.toContain('\u001b');
    expect(out).toContain('slice-crm (stack slice): active, attempt 1, reached');
    expect(out).toContain(' > active                 The CRM as it was; adopted, not changed.');
    expect(out).toContain('To enter read-only (attempt 1):');
    expect(out).toContain('  failed  approval: no approval of read-only, attempt 1');
    const next = 'Next: teardown approve read-only --as NAME --reason TEXT\n';
    expect(out.endsWith(next)).toBe(true);
    const ofStack = (await project.run('status', '--stack', 'slice')).out;
    expect(ofStack.endsWith(`${next}      each with --stack slice\n`)).toBe(true);
    const painted = await capturedProject({ colours: true });
    expect((await painted.run('status')).out).toContain('\u001b[1mslice-crm\u001b[0m');
  });
});
