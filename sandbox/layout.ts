import { join } from 'node:path';
import { TeardownError } from '../diagnostics/index.ts';
import { projectRoot } from './install/index.ts';
import { problems } from './problems.ts';

/** Where a sandbox keeps what; all paths absolute. */
export interface Layout {
  readonly directory: string;
  readonly logs: string;
  /** Beside the directory, so that it outlives a fresh start. */
  readonly holder: string;
  readonly processes: string;
  readonly environment: string;
  readonly shell: string;
  readonly pulumiHome: string;
  readonly state: string;
  readonly identity: string;
  readonly postgresql: string;
}

/** Throws TeardownError for a name that could leave `.sandbox/`. */
export function layoutOf(name: string): Layout {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    const hint = 'use up to 40 lower-case letters, digits and hyphens, such as "demo"';
    throw new TeardownError(problems('sandbox-name', { detail: `"${name}"`, hint }));
  }
  const directory = join(projectRoot, '.sandbox', name);
  return {
    directory,
    logs: join(directory, 'logs'),
    holder: `${directory}.holder.json`,
    processes: join(directory, 'processes.json'),
    environment: join(directory, 'env.json'),
    shell: join(directory, 'env.sh'),
    pulumiHome: join(directory, 'pulumi-home'),
    state: join(directory, 'state'),
    identity: join(directory, 'identity'),
    postgresql: join(directory, 'pg'),
  };
}
