/** One sandbox for all test files that need live systems or the engine; they open it with `testSandbox()`. */
import { status, up } from '../sandbox/index.ts';
import { testSandboxVariable } from './sandbox-name.ts';

export default async function setup(): Promise<void> {
  // Another test run on the same checkout keeps its sandbox: this one gets a name of its own.
  const name = status('test').running ? `test-${process.pid}` : 'test';
  await up(name);
  process.env[testSandboxVariable] = name;
}
