import { describe, expect, it } from '@jest/globals';
import { byPath, comparable, differing } from '../../bench/populations.ts';

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

describe('two states', () => {
  const state = (id: string, inputs: object) => [
    { urn: 'b', id: 'named', dependencies: ['x', id] },
    { urn: `key:${id}`, id, inputs, dependencies: [] },
  ];

  it('are equal in spite of ids by chance, and of every order', () => {
    const [one, other] = comparable(state('abc', { rate: 1 }), state('xyz', { rate: 1 }).toReversed());
    expect(differing(one, other)).toEqual([]);
    expect(one.size).toBeGreaterThan(4);
  });

  it('are equal in spite of the order of what is keyed by chance', () => {
    const keyed = (on: string, off: string) => [
      ...state(on, { keys: { [on]: 'on', [off]: 'off' } }),
      ...state(off, {}),
    ];
    expect(differing(...comparable(keyed('abc', 'def'), keyed('xyz', 'uvw')))).toEqual([]);
  });

  it('differ in every other value', () => {
    expect(differing(...comparable(state('abc', { rate: 1 }), state('xyz', { rate: 2 })))).toEqual([
      'key:ID/inputs/rate',
    ]);
  });
});
