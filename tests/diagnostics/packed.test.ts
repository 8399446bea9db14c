import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical, type Json, packed, unpacked } from '../../diagnostics/index.ts';

describe('a packed value', () => {
  it('is the same value again, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(unpacked(packed(value as Json)))).toBe(canonical(value));
      }),
    );
    expect(packed({ b: 1, a: 2 })).toBe(packed({ a: 2, b: 1 }));
  });

  it('is short where a value repeats itself', () => {
    const tables = Array.from({ length: 2000 }, (_, n) => ({
      name: `table_${n}`,
      rights: ['SELECT', 'INSERT'],
    }));
    expect(packed(tables).length).toBeLessThan(canonical(tables).length / 5);
  });

  it.each(['', 'no base64', Buffer.from('plain').toString('base64'), packed({ a: 1 }).slice(0, 20)])(
    'is nothing else: %j is refused',
    (text) => {
      expect(() => unpacked(text)).toThrow();
    },
  );

  it('is refused when it is no JSON', () => {
    expect(() => unpacked(gzipSync('{').toString('base64'))).toThrow();
  });
});
