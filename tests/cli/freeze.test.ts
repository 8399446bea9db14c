import { afterAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import type { Standing } from '../../cli/standing.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { capturedProject, type Project, walk } from './project.ts';

afterAll(removeTemporary);

const who = ['--as', 'Wei Zhang', '--reason', 'orders are missing'];

async function frozenProject(): Promise<Project> {
  const project = await capturedProject();
  await walk(project, 'active');
  expect((await project.run('freeze', ...who)).code).toBe(0);
  return project;
}

const approval = ['approve', 'read-only', '--as', 'Wei', '--reason', 'due'];

describe('teardown freeze', () => {
  it('says what is stopped and what to run next', async () => {
    const project = await capturedProject();
    const { code, out } = await project.run('freeze', ...who);
    expect(code).toBe(0);
    expect(out).toContain('Frozen: slice-crm.');
    expect(out).toContain('Next: teardown incident');
    expect(await project.ask('freeze', ...who)).toMatchObject({
      code: 0,
      json: { kind: 'frozen', entry: 4 },
    });
  });

  it('needs no former settings: an accident waits for no file', async () => {
    const project = await capturedProject();
    await rm(project.former);
    expect((await project.run('freeze', ...who)).code).toBe(0);
  });

  it.each([['--as'], ['--reason']])('wants %s', async (option) => {
    const project = await capturedProject();
    const before = await project.print();
    const args = who.map((word, at) => (who[at - 1] === option ? ' ' : word));
    const { code, error } = await project.run('freeze', ...args);
    expect([code, error.split(':')[0]]).toEqual([2, 'freeze-incomplete']);
    expect(await project.print()).toBe(before);
  });
});

describe('the commands of a frozen system', () => {
  it.each([[approval], [['capture']]])(
    '%j is refused, and goes again when the freeze is lifted',
    async (args) => {
      const project = await capturedProject();
      if (args === approval) await walk(project, 'active');
      expect((await project.run('freeze', ...who)).code).toBe(0);
      const before = await project.print();
      const { code, error } = await project.run(...args);
      expect([code, error.split(':')[0]]).toEqual([4, 'system-frozen']);
      expect(error).toContain('HINT: teardown unfreeze --as NAME --reason TEXT');
      expect(await project.print()).toBe(before);
      expect((await project.run('unfreeze', ...who)).code).toBe(0);
      expect((await project.run(...args)).code).toBe(0);
    },
  );

  it('status says so, why, and how it is lifted', async () => {
    const project = await frozenProject();
    const { code, json } = await project.ask('status');
    expect(code).toBe(0);
    expect((json as Standing).frozen).toMatchObject({ entry: 5, reason: 'orders are missing' });
    expect((json as Standing).command).toBe('teardown unfreeze --as NAME --reason TEXT');
    expect((await project.run('status')).out).toMatch(/FROZEN since .*\n {2}reason: orders are missing/);
    await project.run('unfreeze', ...who);
    expect(((await project.ask('status')).json as Standing).frozen).toBeNull();
  });

  it('unfreeze refuses what is not frozen', async () => {
    const project = await capturedProject();
    const { code, error } = await project.run('unfreeze', ...who);
    expect([code, error.split(':')[0]]).toEqual([4, 'freeze-not-standing']);
  });
});
