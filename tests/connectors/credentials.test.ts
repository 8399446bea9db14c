import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveCredentials } from '../../connectors/index.ts';
import { TeardownError } from '../../diagnostics/index.ts';

function problemOf(work: () => unknown): TeardownError['problems'][0] {
  try {
    work();
  } catch (error) {
    if (error instanceof TeardownError) return error.problems[0];
    throw error;
  }
  throw new Error('it did not throw');
}

describe('resolving a credential', () => {
  it('gives the value behind env:NAME', () => {
    expect(resolveCredentials('env:CRM', { CRM: 'secret' })).toBe('secret');
  });

  it.each([undefined, '', '  '])('names the variable that is missing (%j)', (value) => {
    const problem = problemOf(() => resolveCredentials('env:CRM', { CRM: value }));
    expect(problem).toMatchObject({ code: 'connector-credentials-missing', exit: 'unreachable' });
    expect(problem.detail).toBe('the environment variable CRM is not set');
    expect(problem.hint).toContain('export CRM=');
  });

  it('never repeats a value that was written in the place of a reference', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (secret) => {
        fc.pre(!secret.startsWith('env:'));
        const problem = problemOf(() => resolveCredentials(secret, {}));
        expect(problem.code).toBe('connector-credentials-malformed');
        expect(JSON.stringify(problem)).not.toContain(secret);
      }),
    );
  });
});
