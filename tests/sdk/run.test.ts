import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pulumi from '@pulumi/pulumi';
import { TeardownError } from '../../diagnostics/index.ts';
import type { Confirmation } from '../../sdk/confirmation.ts';
import { Run } from '../../sdk/index.ts';

const engine = '127.0.0.1:4711';
const handlers = new Map<string, (codeOrError: never) => void>();
let exited: unknown[] = [];

beforeEach(() => {
  process.env.PULUMI_NODEJS_ENGINE = engine;
  exited = [];
  // The handlers are called by hand: a real one would end the test process.
  jest.spyOn(process, 'on').mockImplementation((event, handler) => {
    handlers.set(String(event), handler as (code: never) => void);
    return process;
  });
  jest.spyOn(process, 'prependListener').mockImplementation((event, handler) => {
    handlers.set(event, handler);
    return process;
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    exited.push(code);
    return undefined as never;
  });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  delete process.env.PULUMI_NODEJS_ENGINE;
  process.exitCode = undefined;
  jest.restoreAllMocks();
});

function resource(name: string): pulumi.Resource {
  const urn = `urn:pulumi:s::crm-teardown::a:b:C::${name}`;
  return {
    urn: { promise: () => Promise.resolve(urn), isKnown: Promise.resolve(true) },
  } as unknown as pulumi.Resource;
}

function confirmation(changed: Partial<Confirmation> = {}): Confirmation {
  const at = new Date().toISOString();
  return { step: 'active', covered: ['active'], entered: 'start', attempt: 1, engine, at, ...changed };
}

describe('the confirmation of a run', () => {
  it('holds when the gate answered through the same engine after the program began', () => {
    const run = new Run();
    expect(run.confirmedNow).toBeUndefined();
    run.confirm(confirmation());
    expect(run.confirmedNow).toMatchObject({ step: 'active' });
  });

  it('holds when the gate answered in the very millisecond in which the program began', () => {
    jest.useFakeTimers({ now: 1_000_000 });
    try {
      const run = new Run();
      run.confirm(confirmation({ at: new Date().toISOString() }));
      expect(run.confirmedNow).toBeDefined();
    } finally {
      jest.useRealTimers();
    }
  });

  it('is none any more when the clock is set back during the run', () => {
    jest.useFakeTimers({ now: 1_000_000 });
    try {
      const run = new Run();
      run.confirm(confirmation());
      expect(run.confirmedNow).toBeDefined();
      jest.setSystemTime(999_000);
      expect(run.confirmedNow).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['an earlier run', { at: new Date(Date.now() - 60_000).toISOString() }],
    ['a run while the clock was ahead', { at: new Date(Date.now() + 60_000).toISOString() }],
    ['another engine', { engine: '127.0.0.1:4712' }],
    ['no engine', { engine: '' }],
    ['a time that is none', { at: 'yesterday' }],
  ])('is none when it comes from %s', (_what, changed) => {
    const run = new Run();
    run.confirm(confirmation(changed));
    expect(run.confirmedNow).toBeUndefined();
  });
});

describe('the roll-call', () => {
  it('is complete when everything that was captured is built or removed', async () => {
    const run = new Run();
    const captured = { a: {}, b: {} };
    expect(run.rollCallComplete).toBe(false);
    await run.rollCall({ resources: [resource('a'), resource('new')], removed: ['b'], captured });
    expect(run.rollCallComplete).toBe(true);
  });

  it('names what was captured and forgotten, and stays open', async () => {
    const run = new Run();
    const captured = { a: {}, b: {}, c: {} };
    await expect(run.rollCall({ resources: [resource('b')], removed: [], captured })).rejects.toThrow(
      /run-resource-forgotten[^]*a, c: captured/,
    );
    expect(run.rollCallComplete).toBe(false);
  });
});

describe('a process that ends', () => {
  it('is a failure before the roll-call is complete, by an empty event loop or by process.exit(0)', () => {
    new Run();
    handlers.get('exit')?.(0 as never);
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    handlers.get('beforeExit')?.(0 as never);
    expect(exited).toEqual([1]);
  });

  it('says nothing more when an error ended the program, and shows one of ours without a stack', () => {
    new Run();
    const error = new TeardownError({ code: 'c', exit: 'bug', summary: 's', detail: 'd', hint: 'h' });
    handlers.get('unhandledRejection')?.(error as never);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    process.exitCode = undefined;
    handlers.get('beforeExit')?.(0 as never);
    expect(exited).toEqual([]);
    process.exitCode = 0;
    handlers.get('exit')?.(0 as never);
    expect(process.exitCode).toBe(1);
  });

  it('keeps the exit code of a program that failed already', () => {
    new Run();
    process.exitCode = 32;
    handlers.get('beforeExit')?.(32 as never);
    handlers.get('exit')?.(32 as never);
    expect(exited).toEqual([]);
    expect(process.exitCode).toBe(32);
  });

  it('is a success after the roll-call', async () => {
    const run = new Run();
    await run.rollCall({ resources: [], removed: [], captured: {} });
    handlers.get('beforeExit')?.(0 as never);
    handlers.get('exit')?.(0 as never);
    expect(exited).toEqual([]);
    expect(process.exitCode).toBeUndefined();
  });
});
