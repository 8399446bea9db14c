import { afterAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { isKind } from '../../evidence/index.ts';
import { newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const worker = join(import.meta.dirname, 'append-worker.ts');

describe('several processes that write to one ledger', () => {
  it('keep the chain whole and lose no entry', async () => {
    const store = await newStore();
    const writers = ['a', 'b', 'c', 'd'];
    await Promise.all(
      writers.map((writer) => promisify(execFile)(process.execPath, [worker, store.directory, writer, '50'])),
    );
    const { entries } = await store.ledger();
    const targets = entries.filter(isKind('guard-released')).map(({ body }) => body.target);
    expect(entries).toHaveLength(201);
    for (const writer of writers) {
      const own = targets.filter((target) => target.startsWith(writer));
      expect(own).toEqual(Array.from({ length: 50 }, (_, i) => `${writer}/${i}`));
    }
  }, 120_000);
});
