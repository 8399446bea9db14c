/** One sandbox for all test files that need live systems or the engine; they open it with `testSandbox()`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { down, enterSandbox, hold, letGo, projectRoot, up } from '../sandbox/index.ts';
import { testSandboxVariable } from './sandbox-name.ts';

/** Jest calls this once for each of its projects that asks for it; the first call brings the sandbox up for all. */
export default async function setup(): Promise<void> {
  if (process.env[testSandboxVariable] !== undefined) return;
  await removeAbandoned();
  // Another test run on the same checkout keeps its sandbox: this one gets a name of its own.
  const name = hold('test') ? 'test' : `test-${process.pid}`;
  hold(name);
  await down(name);
  enterSandbox(await up(name));
  process.env[testSandboxVariable] = name;
}

/** What test runs have left that did not live to their end. */
async function removeAbandoned(): Promise<void> {
  const directory = join(projectRoot, '.sandbox');
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => /^test-\d+$/.test(name)) : [];
  for (const name of names) {
    if (!hold(name)) continue;
    await down(name);
    letGo(name);
  }
}
