import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonical,
  defineProblems,
  digest,
  type Duration,
  isDuration,
  milliseconds,
  overall,
  render,
  TeardownError,
  TimedOut,
  within,
} from '../../diagnostics/index.ts';

describe('problems', () => {
  const problems = defineProblems({ 'sample-problem': { summary: 'Something is wrong', exit: 'refused' } });

  it('render with code, summary, place, detail and a HINT line', () => {
    const place = { file: 'a.yaml', line: 3, column: 5 };
    expect(render(problems('sample-problem', { detail: 'value "x"', hint: 'teardown status', place }))).toBe(
      'sample-problem: Something is wrong (a.yaml:3:5)\n  value "x"\n  HINT: teardown status',
    );
  });

  it('are all in the message of one error', () => {
    const one = problems('sample-problem', { detail: 'first', hint: 'x' });
    const two = problems('sample-problem', { detail: 'second', hint: 'x' });
    const error = new TeardownError([one, two]);
    expect(error.message).toContain('first');
    expect(error.message).toContain('second');
    expect(error.problems).toHaveLength(2);
  });
});

describe('overall', () => {
  it('is unknown for no checks at all', () => {
    expect(overall([])).toBe('unknown');
  });

  it('is passed only when every check passed', () => {
    const verdicts = fc.array(fc.constantFrom('unknown', 'passed', 'failed', 'errored'), { minLength: 1 });
    fc.assert(
      fc.property(verdicts, (list) => {
        const passed = overall(list.map((verdict) => ({ verdict }))) === 'passed';
        expect(passed).toBe(list.every((verdict) => verdict === 'passed'));
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    ['30 days', 2_592_000_000],
    ['1 hour', 3_600_000],
    ['250 milliseconds', 250],
  ] as [Duration, number][])('%s is %d milliseconds', (text, expected) => {
    expect(milliseconds(text)).toBe(expected);
  });

  it.each(['', '30', 'days', '-1 days', '1.5 hours', '30 fortnights', ' 30 days'])('refuses "%s"', (text) => {
    expect(isDuration(text)).toBe(false);
    expect(() => milliseconds(text as Duration)).toThrow(`"${text}"`);
  });
});

describe('digests', () => {
  it('do not depend on the order of keys', () => {
    expect(digest({ a: 1, b: [true, null] })).toBe(digest({ b: [true, null], a: 1 }));
    expect(canonical({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
  });

  it('tell any two different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(digest(a) === digest(b)).toBe(canonical(a) === canonical(b));
      }),
    );
  });

  it('refuse what JSON cannot hold', () => {
    expect(() => canonical(undefined)).toThrow(TypeError);
  });
});

describe('within', () => {
  it('passes on what arrives in time, a failure too', async () => {
    await expect(within('1 second', 'a value', Promise.resolve(7))).resolves.toBe(7);
    await expect(within('1 second', 'a value', Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
  });

  it('ends a promise that never settles as timed out, by name', async () => {
    const never = within('20 milliseconds', 'the answer of a silent server', new Promise(() => undefined));
    await expect(never).rejects.toThrow(TimedOut);
    await expect(never).rejects.toThrow(
      'the answer of a silent server did not finish within 20 milliseconds',
    );
  });
});
