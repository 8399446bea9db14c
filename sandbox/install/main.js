// Plain JavaScript, because it may be started by a Node that cannot strip types: the project brings its own Node 24
// as a package, whose install script puts the executable in place; some npm settings skip install scripts.
// With --node it sees to that Node alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');
const node = resolve(root, 'node_modules', '.bin', 'node');
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

if (!existsSync(node)) run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts']);
if (!existsSync(node)) {
  process.stderr.write('sandbox-no-node: Node 24 is missing from node_modules\n  HINT: npm rebuild node\n');
  process.exitCode = 6;
} else if (!process.argv.includes('--node')) {
  process.exitCode = run(node, [resolve(root, 'sandbox', 'install', 'main.ts')]);
}
