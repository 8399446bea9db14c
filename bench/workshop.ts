import { TeardownError } from '../diagnostics/index.ts';
import { down, enterSandbox, hold, letGo, type Sandbox, up } from '../sandbox/index.ts';
import { type Contest, largeContest, smallContest } from './contest.ts';

/** What benchmarks share: a sandbox, and stacks that are prepared when the first of them asks. */
export class Workshop {
  readonly #name = 'bench';
  readonly progress: (text: string) => void;
  #sandbox: Promise<Sandbox> | undefined;
  #small: Promise<Contest> | undefined;
  #large: Promise<Contest> | undefined;

  constructor(progress: (text: string) => void) {
    this.progress = progress;
  }

  /** The slice: the sample CRM as the demo has it. */
  async small(): Promise<Contest> {
    const sandbox = await this.#open();
    return (this.#small ??= smallContest(sandbox, this.progress));
  }

  /** The slice with many modules more, a schema, a group role and a grant for each. */
  async large(): Promise<Contest> {
    const sandbox = await this.#open();
    return (this.#large ??= largeContest(sandbox, this.progress));
  }

  async close(): Promise<void> {
    if (this.#sandbox === undefined) return;
    await down(this.#name);
    letGo(this.#name);
  }

  #open(): Promise<Sandbox> {
    return (this.#sandbox ??= this.#start());
  }

  async #start(): Promise<Sandbox> {
    if (!hold(this.#name)) throw new Error(`another benchmark runs in the sandbox "${this.#name}"`);
    this.progress('starting PostgreSQL, AWS and Auth0 stand-ins');
    await down(this.#name);
    const sandbox = await up(this.#name);
    enterSandbox(sandbox);
    return sandbox;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof TeardownError || error instanceof Error ? error.message : String(error);
}
