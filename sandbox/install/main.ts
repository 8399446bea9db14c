/** `node sandbox/install/main.js`: run by `npm test`, `npm run demo` and `npm run sandbox` before anything else. */
import { complain } from '../complain.ts';
import { install } from './index.ts';

try {
  await install();
} catch (error) {
  process.exitCode = complain(error);
}
