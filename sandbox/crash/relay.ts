/** Process entry: `relay.ts PORT TARGET_PORT`. Hands on every connection that is made to PORT. */
import { connect, createServer } from 'node:net';

const [port = 0, target = 0] = process.argv.slice(2).map(Number);
createServer((incoming) => {
  const outgoing = connect(target, '127.0.0.1');
  incoming.pipe(outgoing).pipe(incoming);
  incoming.on('error', () => outgoing.destroy());
  outgoing.on('error', () => incoming.destroy());
}).listen(port, '127.0.0.1');
