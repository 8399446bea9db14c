import { describe, expect, it } from '@jest/globals';
import { byPath, differing } from '../../bench/populations.ts';

describe('a state by path', () => {
  it('has every value, empty ones too', () => {
    expect([...byPath({ a: [1, { b: null }], c: {}, d: '' })]).toEqual([
      ['/a/0', '1'],
      ['/a/1/b', 'null'],
      ['/c', '{}'],
      ['/d', '""'],
    ]);
  });

  it('differs where a value is another one, or is on one side only', () => {
    const one = byPath({ same: 1, changed: 1, gone: 1 });
    expect(differing(one, byPath({ same: 1, changed: 2, come: 1 }))).toEqual(['/changed', '/gone', '/come']);
    expect(differing(one, one)).toEqual([]);
  });
});
