/** Entry point of the language host: the engine starts it with its own address and reads the port. */
import { startHost } from './host.ts';

const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith('-'));
if (engine === undefined) {
  throw new Error('usage: pulumi-language-nodejs ENGINE-ADDRESS (started by the pulumi engine, not by hand)');
}
const port = await startHost(engine);
process.stdout.write(`${port}\n`);
