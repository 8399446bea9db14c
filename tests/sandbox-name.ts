import { openSandbox, type Sandbox } from '../sandbox/index.ts';

/** Says to the test files which sandbox the global setup has brought up. */
export const testSandboxVariable = 'CRM_TEARDOWN_TEST_SANDBOX';

export function testSandbox(): Sandbox {
  return openSandbox(process.env[testSandboxVariable] ?? 'test');
}
