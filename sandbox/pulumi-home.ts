import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../diagnostics/index.ts';
import { projectRoot } from './install/index.ts';

const standIns = ['aws', 'postgresql', 'auth0'] as const;

/**
 * A private PULUMI_HOME whose plugins are our stand-ins, each under the exact version its SDK asks for: a user's
 * own stacks never see them.
 */
export function preparePulumiHome(home: string): void {
  for (const name of standIns) {
    const directory = join(home, 'plugins', `resource-${name}-v${sdkVersion(name)}`);
    mkdirSync(directory, { recursive: true });
    const main = join(projectRoot, 'sandbox', 'standins', name, 'main.ts');
    const cache = `NODE_COMPILE_CACHE=${shellWord(join(projectRoot, 'node_modules', '.cache', 'node'))}`;
    const script = `#!/bin/sh\nexport ${cache}\nexec ${shellWord(nodeOfProject)} ${shellWord(main)} "$@"\n`;
    writeFileSync(join(directory, `pulumi-resource-${name}`), script, { mode: 0o755 });
  }
}

/** Directory of the Node that runs everything of ours: the one the project brings as a package. */
export const nodeDirectory = join(projectRoot, 'node_modules', '.bin');
const nodeOfProject = join(nodeDirectory, 'node');

function sdkVersion(name: string): string {
  const file = join(projectRoot, 'node_modules', '@pulumi', name, 'package.json');
  if (!existsSync(file)) throw new Error(`@pulumi/${name} is not installed: npm ci`);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
