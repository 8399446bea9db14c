import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Duration, type Json, within } from '../diagnostics/index.ts';
import { projectRoot } from './install/index.ts';
import {
  changesOf,
  type Changes,
  operationsOf,
  readEvents,
  type EngineEvent,
  type ResourceOperation,
} from './pulumi-events.ts';

export interface PulumiOptions {
  /** The environment and directory of a running sandbox. */
  readonly sandbox: { readonly env: Readonly<Record<string, string>>; readonly directory: string };
  readonly stack: string;
  /** Directory with Pulumi.yaml; absolute. @default the project itself */
  readonly project?: string;
  /** Added to the sandbox's environment for every command. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface PulumiResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Resources by what was done (in a preview: would be done) to them; all zero when the run did not get that far. */
  readonly changes: Changes;
  /** Every operation of the run on a resource, in the order of the engine. */
  readonly operations: readonly ResourceOperation[];
  readonly events: readonly EngineEvent[];
}

/** A command under way. Its own process group: a signal reaches the engine alone unless the whole group is meant. */
export interface RunningPulumi {
  readonly pid: number;
  readonly result: Promise<PulumiResult>;
  /** False: it has ended already. The signal 0 only asks. */
  readonly kill: (signal: NodeJS.Signals | 0, whom?: 'engine' | 'group') => boolean;
  /** What it has printed so far. */
  readonly output: () => string;
  /**
   * The engine's event log, which grows while it runs; empty for commands that have none. It goes with the run: the engine's debug
   * messages in it hold what the providers answered, values of API keys among them.
   */
  readonly eventFile: string;
}

interface RunOptions {
  /** @default "5 minutes"; then the whole group is killed and TimedOut is thrown. */
  readonly limit?: Duration;
  readonly env?: Readonly<Record<string, string>>;
}

type Deploying = 'up' | 'preview' | 'destroy' | 'refresh' | 'import';

/**
 * The plain CLI on one stack of one project, as a user would run it: nothing is added but the names of stack and
 * configuration file, the answer yes, and an event log. The configuration lives in the sandbox, outside the project.
 */
export class Pulumi {
  readonly stack: string;
  readonly project: string;
  /** The stack's configuration file. */
  readonly configFile: string;
  readonly #options: PulumiOptions;
  readonly #name: string;
  /** A project directory of the same name for the commands that know no --config-file. */
  readonly #home: string;
  #runs = 0;

  constructor(options: PulumiOptions) {
    this.#options = options;
    this.stack = options.stack;
    this.project = options.project ?? projectRoot;
    this.#name = (parse(readFileSync(join(this.project, 'Pulumi.yaml'), 'utf8')) as { name: string }).name;
    this.#home = join(options.sandbox.directory, 'stacks', this.#name, options.stack);
    this.configFile = join(this.#home, `Pulumi.${options.stack}.yaml`);
  }

  /** Creates the stack with the given configuration (keys without namespace belong to the project). */
  async init(config: Readonly<Record<string, Json>> = {}): Promise<PulumiResult> {
    mkdirSync(this.#home, { recursive: true });
    writeFileSync(join(this.#home, 'Pulumi.yaml'), stringify({ name: this.#name, runtime: 'nodejs' }));
    const result = await this.stackCommand('init', [this.stack, '--no-select']);
    this.configure(config);
    return result;
  }

  /** Sets configuration values; the others stay. */
  configure(config: Readonly<Record<string, Json>>): void {
    const file = existsSync(this.configFile)
      ? (parse(readFileSync(this.configFile, 'utf8')) as { config?: Record<string, Json> } | null)
      : {};
    const entries = Object.entries(config).map(([key, value]): [string, Json] => [
      key.includes(':') ? key : `${this.#name}:${key}`,
      value,
    ]);
    writeFileSync(
      this.configFile,
      stringify({ ...file, config: { ...file?.config, ...Object.fromEntries(entries) } }),
    );
  }

  up(args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    return this.start('up', args, options).result;
  }

  preview(args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    return this.start('preview', args, options).result;
  }

  destroy(args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    return this.start('destroy', args, options).result;
  }

  refresh(args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    return this.start('refresh', args, options).result;
  }

  import(args: readonly string[], options: RunOptions = {}): Promise<PulumiResult> {
    return this.start('import', args, options).result;
  }

  /** `pulumi stack VERB ...`, such as init, export, import, rm. */
  stackCommand(verb: string, args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    const named = verb === 'init' ? [] : ['--stack', this.stack];
    return this.command(['stack', verb, ...args, ...named], options);
  }

  /** `pulumi state VERB ...`, such as delete, unprotect; answers yes. */
  stateCommand(verb: string, args: readonly string[] = [], options: RunOptions = {}): Promise<PulumiResult> {
    return this.command(['state', verb, ...args, '--stack', this.stack, '--yes'], options);
  }

  /** Ends an update of another process that was killed and left its lock. */
  cancel(options: RunOptions = {}): Promise<PulumiResult> {
    return this.command(['cancel', '--stack', this.stack, '--yes'], options);
  }

  /** The stack's state as `pulumi stack export` gives it, secrets encrypted. Throws if there is none. */
  async state(): Promise<StackState> {
    const { exitCode, stdout, stderr } = await this.stackCommand('export');
    if (exitCode !== 0) throw new Error(`pulumi stack export: ${stderr}`);
    const { deployment } = JSON.parse(stdout) as { deployment: Partial<StackState> };
    return { resources: deployment.resources ?? [] };
  }

  /** Starts `up`, `preview`, `destroy`, `refresh` or `import` and returns at once, for tests that interrupt it. */
  start(verb: Deploying, args: readonly string[] = [], options: RunOptions = {}): RunningPulumi {
    this.#runs += 1;
    const eventFile = join(this.#home, `events-${process.pid}-${this.#runs}.ndjson`);
    const withEvents = verb === 'import' ? [] : ['--event-log', eventFile];
    const yes = verb === 'preview' || args.includes('--preview-only') ? [] : ['--yes'];
    const common = ['--stack', this.stack, '--config-file', this.configFile, ...withEvents, ...yes];
    return this.#spawn([verb, ...args, ...common], this.project, options, eventFile);
  }

  /** Any other command of the CLI, run in the stack's own directory. */
  command(args: readonly string[], options: RunOptions = {}): Promise<PulumiResult> {
    return this.#spawn(args, this.#home, options).result;
  }

  #spawn(args: readonly string[], cwd: string, options: RunOptions, eventFile?: string): RunningPulumi {
    const everywhere = ['--non-interactive', '--color', 'never'];
    const child = spawn('pulumi', [...args, ...everywhere], {
      cwd,
      env: { ...this.#options.sandbox.env, PULUMI_DEBUG_COMMANDS: '1', ...this.#options.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
    }
    const ended = new Promise<PulumiResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => {
        const events = eventFile === undefined ? [] : takeEvents(eventFile);
        const { stdout, stderr } = output;
        const run = { changes: changesOf(events), operations: operationsOf(events), events };
        resolve({ exitCode, signal, stdout, stderr, ...run });
      });
    });
    const pid = child.pid ?? 0;
    const kill = (signal: NodeJS.Signals | 0, whom: 'engine' | 'group' = 'engine'): boolean => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
      return process.kill(whom === 'group' ? -child.pid : child.pid, signal);
    };
    const result = within(options.limit ?? '5 minutes', `pulumi ${args.join(' ')}`, ended).catch(
      (error: unknown) => {
        kill('SIGKILL', 'group');
        throw error;
      },
    );
    return { pid, result, kill, output: () => output.stdout + output.stderr, eventFile: eventFile ?? '' };
  }
}

function takeEvents(file: string): readonly EngineEvent[] {
  const events = readEvents(file);
  rmSync(file, { force: true });
  return events;
}

/** Of a state export, what tests look at. */
export interface StackState {
  readonly resources: readonly {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly custom: boolean;
    readonly protect?: boolean;
    readonly inputs?: Readonly<Record<string, Json>>;
    readonly outputs?: Readonly<Record<string, Json>>;
  }[];
}

export { type Changes, type EngineEvent, type ResourceOperation } from './pulumi-events.ts';
