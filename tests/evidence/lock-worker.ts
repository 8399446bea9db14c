/**
 * A child process of the tests: takes the lock of the store DIRECTORY, does what MODE says, and gives it back.
 * `count`: reads a number from a file, waits, writes it back one higher, which loses counts if two do it at once.
 * `hold`: says so on its output and waits to be killed. `end`: ends without giving the lock back.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, openStore } from '../../evidence/index.ts';

const [directory = '', mode = '', times = '1'] = process.argv.slice(2);
const store = await openStore(directory);
for (let i = 0; i < Number(times); i += 1) {
  const lock = await acquireLock(store, `test ${mode}`, { limit: '60 seconds' });
  if (mode === 'hold') {
    process.stdout.write('held\n');
    await sleep(60_000);
  }
  if (mode === 'end') process.exit(0);
  const counter = join(directory, '..', 'counter');
  const value = Number(await readFile(counter, 'utf8'));
  await sleep(5);
  await writeFile(counter, String(value + 1));
  await lock.release();
}
