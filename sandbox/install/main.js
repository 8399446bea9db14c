// Plain JavaScript, because it may be started by a Node that cannot strip types: the project brings its own Node 24
// as a package, whose install script puts the executable in place; some npm settings skip install scripts.
// With --node it sees to that Node alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const node = resolve(root, 'node_modules', '.bin', 'node');
const run = (command, args, stdio = 'inherit') => spawnSync(command, args, { cwd: root, stdio }).status ?? 1;
const unreachable = 6;

function complain(problem, detail, hint) {
  process.stderr.write(`${problem}\n  ${detail}\n  HINT: ${hint}\n`);
  process.exitCode = unreachable;
}

/** npm writes its list of what is installed last, so one that was interrupted has left none. */
function packagesAreThere() {
  return existsSync(resolve(root, 'node_modules', '.package-lock.json'));
}

function nodeIsThere() {
  if (!existsSync(node)) run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts']);
  return existsSync(node) && run(node, ['--version'], 'ignore') === 0;
}

const onlyNode = process.argv.includes('--node');

if (!packagesAreThere()) {
  const summary = 'sandbox-no-packages: The packages of this project are not installed';
  complain(summary, `${root}/node_modules is missing, or npm was interrupted`, `cd ${root} && npm ci`);
} else if (!nodeIsThere()) {
  const summary = "sandbox-no-node: The project's own Node 24 is missing";
  const detail = `${node} is not there or cannot be started, and this is Node ${process.versions.node}`;
  complain(summary, detail, 'npm rebuild node --ignore-scripts=false  # downloads it from the npm registry');
} else if (!onlyNode && process.platform !== 'linux') {
  const summary = 'sandbox-platform: The sandbox runs on Linux only';
  complain(
    summary,
    `this is ${process.platform}`,
    'npm run check  # types, lint and unit tests run here, too',
  );
} else if (!onlyNode) {
  process.exitCode = run(node, [resolve(root, 'sandbox', 'install', 'main.ts')]);
}
