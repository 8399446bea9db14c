import { down, letGo } from '../sandbox/index.ts';
import { testSandboxVariable } from './sandbox-name.ts';

export default async function teardown(): Promise<void> {
  const name = process.env[testSandboxVariable];
  if (name === undefined) return;
  Reflect.deleteProperty(process.env, testSandboxVariable);
  await down(name);
  letGo(name);
}
