/** Runs one command line in the project of the first argument, as a process of its own. */
import process from 'node:process';
import { main } from '../../cli/main.ts';

const [root = '', ...args] = process.argv.slice(2);
process.exit(
  await main(args, {
    projectRoot: root,
    cwd: root,
    environment: { PULUMI_BACKEND_URL: `file://${root}/state` },
    colours: false,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    now: () => new Date(),
  }),
);
