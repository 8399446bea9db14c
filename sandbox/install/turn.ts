import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Duration, milliseconds, TeardownError } from '../../diagnostics/index.ts';
import { claim, giveUp } from '../claim.ts';
import { problems } from '../problems.ts';

/** As long as the longest part may take. */
const usual: Duration = '70 minutes';

/**
 * Runs `work` when no other process installs into the same project. Throws TeardownError if another one does not end within
 * `limit`; one that was killed is not waited for.
 */
export async function inTurn<T>(root: string, work: () => Promise<T>, limit = usual): Promise<T> {
  const file = join(root, '.tools', 'installing.json');
  const deadline = performance.now() + milliseconds(limit);
  for (let told = false; ; told = true) {
    const other = claim(file);
    if (other === undefined) break;
    if (performance.now() > deadline) {
      const detail = `process ${other.pid} has been installing for ${limit}`;
      throw new TeardownError(problems('sandbox-installing', { detail, hint: `ps -fp ${other.pid}` }));
    }
    if (!told) process.stdout.write(`Waiting for process ${other.pid}, which is installing ...\n`);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    giveUp(file);
  }
}
