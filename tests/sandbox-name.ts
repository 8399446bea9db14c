import { enterSandbox, openSandbox, type Sandbox } from '../sandbox/index.ts';

/** Says to the test files which sandbox the global setup has brought up. */
export const testSandboxVariable = 'CRM_TEARDOWN_TEST_SANDBOX';

/** The sandbox of this test run; the process that asks has entered it afterwards. */
export function testSandbox(): Sandbox {
  const sandbox = openSandbox(process.env[testSandboxVariable] ?? 'test');
  enterSandbox(sandbox);
  return sandbox;
}
