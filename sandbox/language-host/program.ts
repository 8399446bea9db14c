import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** What the engine asks to run, as plain values: directories absolute, `config` values as the engine writes them. */
export interface ProgramRequest {
  readonly engine: string;
  readonly monitor: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly workingDirectory: string;
  readonly rootDirectory: string;
  readonly programDirectory: string;
  /** Relative to the program directory; `.` is the directory itself. */
  readonly entryPoint: string;
  readonly parallel: number;
  readonly preview: boolean;
  /** The runtime option `nodeargs` of Pulumi.yaml; undefined if it has none. */
  readonly nodeArguments: string | undefined;
  readonly arguments: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** How a program ended. `reported`: it failed, and has already told the engine why. */
export type Outcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'reported' }
  | { readonly kind: 'failed'; readonly why: string };

/** The child has logged its error itself (exit code fixed by @pulumi/pulumi, cmd/run). */
const alreadyReported = 32;

/** Arguments of node: its own, the SDK's runner of the program's installation, then the program. */
export function argumentsOf(request: ProgramRequest): readonly string[] {
  const flags = {
    monitor: request.monitor,
    engine: request.engine,
    organization: request.organization,
    project: request.project,
    stack: request.stack,
    pwd: request.workingDirectory,
    'root-directory': request.rootDirectory,
    parallel: String(request.parallel),
  };
  return [
    ...(request.nodeArguments?.split(/\s+/).filter((argument) => argument !== '') ?? []),
    runnerOf(request.programDirectory),
    ...Object.entries(flags).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, value])),
    ...(request.preview ? ['--dry-run'] : []),
    request.entryPoint === '.'
      ? request.programDirectory
      : resolve(request.programDirectory, request.entryPoint),
    ...request.arguments,
  ];
}

/** Configuration reaches the program through its environment, never through the command line. */
export function environmentOf(request: ProgramRequest): Readonly<Record<string, string>> {
  return {
    PULUMI_CONFIG: JSON.stringify(request.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.secretKeys),
  };
}

/**
 * The engine takes success for "the program is complete" and deletes what was not registered, so only exit code 0
 * of a program that nobody asked to stop is success.
 */
export function outcomeOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  stoppedBecause: string | undefined,
): Outcome {
  if (stoppedBecause !== undefined) return failed(`the program was stopped: ${stoppedBecause}`);
  if (signal !== null) return failed(`the program was ended by the signal ${signal}`);
  if (code === null) return failed('the program ended without an exit code');
  if (code === alreadyReported) return { kind: 'reported' };
  return code === 0 ? { kind: 'succeeded' } : failed(`the program ended with exit code ${code}`);
}

function failed(why: string): Outcome {
  return { kind: 'failed', why };
}

function runnerOf(programDirectory: string): string {
  return createRequire(join(programDirectory, 'program.js')).resolve('@pulumi/pulumi/cmd/run');
}
