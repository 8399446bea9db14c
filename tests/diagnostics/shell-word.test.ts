import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { shellWord } from '../../diagnostics/index.ts';

const seenByShell = (words: readonly string[]): string =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });

it.each(['plain', '', 'a b', "o'hara", "''", '$HOME `id` "x" \\ * ~ !', '-n', 'two\nlines', 'å中'])(
  'a shell reads one word, unchanged: %j',
  (text) => {
    expect(seenByShell([text])).toBe(`${text}\0`);
  },
);

it('holds for any texts beside each other', () => {
  const texts = fc.array(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(texts, (words) => {
      expect(seenByShell(words)).toBe(words.map((word) => `${word}\0`).join(''));
    }),
    { numRuns: 30 },
  );
});
