/** A child process of the tests: enters COUNT entries into the store DIRECTORY, each naming the WRITER. */
import process from 'node:process';
import { openStore } from '../../evidence/index.ts';

const [directory = '', writer = '', count = '0'] = process.argv.slice(2);
const store = await openStore(directory);
for (let i = 0; i < Number(count); i += 1) {
  await store.append({ kind: 'guard-released', target: `${writer}/${i}` });
}
