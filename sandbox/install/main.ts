/** `node sandbox/install/main.js`: run by `npm test`, `npm run demo` and `npm run sandbox` before anything else. */
import { exitCodes, TeardownError } from '../../diagnostics/index.ts';
import { install } from './index.ts';

try {
  await install();
} catch (error) {
  if (!(error instanceof TeardownError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCodes[error.problems[0].exit];
}
