/** Process entry: `main.ts --data DIR [--port N] [--rate CALLS_PER_SECOND] [--with-parent]`; one JSON line when ready. */
import { parseArgs } from 'node:util';
import { startIdentity } from './index.ts';

const parent = process.ppid;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    rate: { type: 'string', default: '250' },
    'with-parent': { type: 'boolean', default: false },
  },
});
if (values.data === undefined)
  throw new Error('usage: main.ts --data DIR [--port N] [--rate N] [--with-parent]');

const { AUTH0_CLIENT_ID: clientId, AUTH0_CLIENT_SECRET: clientSecret } = process.env;
const perSecond = wholeNumber('--rate', values.rate);
const { stop, ...identity } = await startIdentity({
  dataDirectory: values.data,
  port: wholeNumber('--port', values.port),
  rate: { perSecond, burst: perSecond },
  ...(clientId && clientSecret && { management: { clientId, clientSecret } }),
});
let ending: Promise<void> | undefined;
const end = () => {
  ending ??= stop().then(() => process.exit(0));
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
if (values['with-parent']) {
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 250).unref();
}
// Last: whoever reads it may end us at once.
process.stdout.write(`${JSON.stringify(identity)}\n`);

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name} takes a whole number, not "${text}"`);
  return Number(text);
}
