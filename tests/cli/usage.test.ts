import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { exitCodes } from '../../diagnostics/index.ts';
import { removeTemporary } from '../evidence/temporary.ts';
import { newProject, type Project } from './project.ts';

let project: Project;
beforeAll(async () => {
  project = await newProject();
});
afterAll(removeTemporary);

describe('a wrong command line', () => {
  it.each([
    [[], 'no command was given', 'teardown --help'],
    [['statsu'], "unknown command 'statsu' (Did you mean status?)", 'teardown --help'],
    [['status', '--jsn'], "unknown option '--jsn' (Did you mean --json?)", 'teardown status --help'],
    [['status', 'twice'], 'too many arguments', 'teardown status --help'],
    [
      ['approve', '--as', 'A', '--reason', 'B'],
      "missing required argument 'step'",
      'teardown approve --help',
    ],
    [['approve', 'active', '--as', 'A'], "required option '--reason <text>'", 'teardown approve --help'],
    [['unlock', '--stack'], "option '-s, --stack <name>' argument missing", 'teardown unlock --help'],
  ])('%j is answered in four parts', async (args, detail, hint) => {
    const { code, out, error } = await project.run(...args);
    expect([code, out]).toEqual([exitCodes.usage, '']);
    expect(error).toContain('cli-usage: The command line is wrong');
    expect(error).toContain(detail);
    expect(error).toContain(`HINT: ${hint}`);
  });

  it('is one JSON value with --json', async () => {
    const { code, json } = await project.ask('approve');
    expect(code).toBe(exitCodes.usage);
    expect(json).toMatchObject({ problems: [{ code: 'cli-usage', exit: 'usage' }] });
  });

  it('never ends in a stack trace, whatever it is', async () => {
    const words = [
      'status',
      'approve',
      'capture',
      'unlock',
      'help',
      'active',
      'read-only',
      '--as',
      '--reason',
    ];
    const options = [
      '--stack',
      '--config-file',
      '--json',
      '--create-store',
      '--help',
      '--version',
      '-s',
      '--',
      '',
    ];
    const word = fc.oneof(fc.constantFrom(...words, ...options), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (args) => {
        const { code, out, error } = await project.run(...args);
        expect(Object.values(exitCodes)).toContain(code);
        expect(code).not.toBe(exitCodes.bug);
        expect(`${out}${error}`).not.toMatch(/\n\s+at .*:\d+/);
        if (code !== 0) expect(`${out}${error}`).toMatch(/HINT|"hint"/);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

describe('which stack is meant', () => {
  it('is the only one there is, and is asked for where there are more or none', async () => {
    const other = await newProject();
    expect((await other.run('status', '--stack', 'prod')).error).toContain('use one of --stack slice');
    expect(await other.run('status', '--stack', 'prod')).toMatchObject({ code: exitCodes.configuration });
    expect(await other.run('status', '--config-file', 'nowhere.yaml')).toMatchObject({
      code: exitCodes.configuration,
    });
  });

  it.each([
    ['config: [', 'cli-stack-not-yaml'],
    ['config:\n  crm-teardown:stage: { secure: abc }\n', 'cli-stack-wrong-value'],
    ['config:\n  crm-teardown:reason: 12\n', 'cli-stack-wrong-value'],
    ['config: 7\n', 'settings-missing'],
    ['- a\n', 'settings-missing'],
    ['', 'settings-missing'],
  ])('has a stack file that is wrong: %j', async (text, expected) => {
    const other = await newProject();
    await writeFile(`${other.root}/stacks/Pulumi.slice.yaml`, text);
    const { code, json } = await other.ask('status');
    expect(code).toBe(exitCodes.configuration);
    const { problems } = json as { problems: { code: string }[] };
    expect(problems.map((problem) => problem.code)).toContain(expected);
  });
});
