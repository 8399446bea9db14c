/**
 * Process entry: `relay.ts TARGET_PORT [PORT]`. Hands on every connection that is made to PORT, by default one of its own choice; its
 * first line says which.
 */
import { type AddressInfo, connect, createServer } from 'node:net';

const [target = 0, port = 0] = process.argv.slice(2).map(Number);
const relay = createServer((incoming) => {
  const outgoing = connect(target, '127.0.0.1');
  incoming.pipe(outgoing).pipe(incoming);
  incoming.on('error', () => outgoing.destroy());
  outgoing.on('error', () => incoming.destroy());
}).listen(port, '127.0.0.1', () => {
  process.stdout.write(`port ${(relay.address() as AddressInfo).port}\n`);
});
