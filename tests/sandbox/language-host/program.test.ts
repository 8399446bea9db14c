import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { projectRoot } from '../../../sandbox/install/index.ts';
import {
  argumentsOf,
  environmentOf,
  outcomeOf,
  type ProgramRequest,
} from '../../../sandbox/language-host/program.ts';

const request: ProgramRequest = {
  engine: '127.0.0.1:1',
  monitor: '127.0.0.1:2',
  organization: 'organization',
  project: 'crm-teardown',
  stack: 'test',
  workingDirectory: projectRoot,
  rootDirectory: projectRoot,
  programDirectory: projectRoot,
  entryPoint: 'index.ts',
  parallel: 8,
  preview: false,
  nodeArguments: undefined,
  arguments: [],
  config: { 'crm-teardown:stage': 'read-only' },
  secretKeys: ['crm-teardown:token'],
};

describe('how a program ended', () => {
  it('is a success only with exit code 0, without a signal and without a stop', () => {
    expect(outcomeOf(0, null, undefined)).toEqual({ kind: 'succeeded' });
    const codes = fc.option(fc.integer({ min: 0, max: 255 }), { nil: null });
    const signals = fc.constantFrom<NodeJS.Signals | null>(null, 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGSEGV');
    const stops = fc.option(fc.constant('the engine cancelled the run'), { nil: undefined });
    fc.assert(
      fc.property(codes, signals, stops, (code, signal, stop) => {
        const succeeded = outcomeOf(code, signal, stop).kind === 'succeeded';
        return succeeded === (code === 0 && signal === null && stop === undefined);
      }),
    );
  });

  it('is "already reported" with exit code 32, so that the engine adds nothing', () => {
    expect(outcomeOf(32, null, undefined)).toEqual({ kind: 'reported' });
  });

  it('names the signal that killed it', () => {
    expect(outcomeOf(null, 'SIGKILL', undefined)).toEqual({
      kind: 'failed',
      why: 'the program was ended by the signal SIGKILL',
    });
  });

  it('is a failure after a stop, even if the program still ended with 0', () => {
    expect(outcomeOf(0, null, 'the engine cancelled the run').kind).toBe('failed');
  });
});

describe('the command line of a program', () => {
  it('hands the addresses and names of the run to the SDK and ends with the program', () => {
    const args = argumentsOf(request);
    expect(args[0]).toMatch(/@pulumi\/pulumi\/cmd\/run\/index\.js$/);
    expect(args.slice(1)).toEqual([
      ...['--monitor', '127.0.0.1:2', '--engine', '127.0.0.1:1', '--organization', 'organization'],
      ...[
        '--project',
        'crm-teardown',
        '--stack',
        'test',
        '--pwd',
        projectRoot,
        '--root-directory',
        projectRoot,
      ],
      ...['--parallel', '8', `${projectRoot}/index.ts`],
    ]);
  });

  it('begins with what Pulumi.yaml gives node, and with nothing if it gives none', () => {
    const args = argumentsOf({ ...request, nodeArguments: ' --max-semi-space-size=4  --no-warnings ' });
    expect(args.slice(0, 2)).toEqual(['--max-semi-space-size=4', '--no-warnings']);
    expect(args.slice(2)).toEqual(argumentsOf(request));
    expect(argumentsOf({ ...request, nodeArguments: '' })).toEqual(argumentsOf(request));
  });

  it('says --dry-run in a preview only', () => {
    expect(argumentsOf(request)).not.toContain('--dry-run');
    expect(argumentsOf({ ...request, preview: true })).toContain('--dry-run');
  });

  it('names the directory when there is no entry point', () => {
    expect(argumentsOf({ ...request, entryPoint: '.' }).at(-1)).toBe(projectRoot);
  });

  it('carries no configuration, which goes through the environment', () => {
    expect(argumentsOf(request).join(' ')).not.toContain('read-only');
    expect(environmentOf(request)).toEqual({
      PULUMI_CONFIG: '{"crm-teardown:stage":"read-only"}',
      PULUMI_CONFIG_SECRET_KEYS: '["crm-teardown:token"]',
    });
  });
});
