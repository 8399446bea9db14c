import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Pulumi, type PulumiResult } from '../sandbox/index.ts';
import type { Sample } from './statistics.ts';

type PulumiOptions = ConstructorParameters<typeof Pulumi>[0];

/** For updates that are not timed and may create hundreds of resources on a busy machine. */
export const preparing = { limit: '30 minutes' } as const;

/** A stack whose commands can be timed, and the file that the last one left its processor time in. */
export interface TimedStack {
  readonly pulumi: Pulumi;
  readonly timesFile: string;
}

/** Every command of the stack goes through `timed/pulumi`; that costs the same for all stacks. */
export function timedStack(options: Omit<PulumiOptions, 'env'>): TimedStack {
  const { sandbox, stack } = options;
  const timesFile = join(sandbox.directory, `times-${stack}`);
  const path = sandbox.env.PATH ?? '';
  const env = {
    PATH: [join(import.meta.dirname, 'timed'), path].join(delimiter),
    BENCH_PULUMI: find('pulumi', path),
    BENCH_TIMES: timesFile,
  };
  return { pulumi: new Pulumi({ ...options, env }), timesFile };
}

/**
 * One command, timed from its start to its end. Throws unless it succeeds and `updated` resources are changed by it and nothing else: a
 * run that did other work than the one it is compared with proves nothing.
 */
export async function timed(
  { pulumi, timesFile }: TimedStack,
  verb: 'preview' | 'up',
  updated = 0,
): Promise<Sample> {
  const start = performance.now();
  const result = await (verb === 'up' ? pulumi.up() : pulumi.preview());
  const seconds = (performance.now() - start) / 1000;
  const { create, update, delete: removed, import: adopted } = result.changes;
  if (result.exitCode !== 0 || update !== updated || create + removed + adopted !== 0) {
    throw new Error(failure(`${verb} of ${pulumi.stack}: ${updated} updates expected`, result));
  }
  return { seconds, processorSeconds: processorSeconds(readFileSync(timesFile, 'utf8')) };
}

export function failure(what: string, { exitCode, changes, stdout, stderr }: PulumiResult): string {
  return `${what}; exit ${String(exitCode)}, ${JSON.stringify(changes)}\n${stdout}\n${stderr}`;
}

/** Sum of what the shell's `times` prints: `0m0.01s 0m0.02s` for itself, then for its children. */
export function processorSeconds(times: string): number {
  const found = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  if (found.length !== 4) throw new Error(`not what "times" prints: ${times}`);
  return found.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function find(command: string, path: string): string {
  const found = path
    .split(delimiter)
    .map((directory) => join(directory, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`no ${command} on PATH`);
  return found;
}
