import { expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { exitCodes } from '../../diagnostics/index.ts';

it('documents exactly the exit codes there are', async () => {
  const page = await readFile('docs/exit-codes.md', 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| (\w+) \| (.+) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)]))).toEqual(exitCodes);
  expect(rows.map(([, code]) => Number(code))).toEqual(Object.values(exitCodes));
});
