import { TeardownError } from '../diagnostics/index.ts';
import { down, enterSandbox, hold, letGo, type Sandbox, up } from '../sandbox/index.ts';
import { depopulate, populate, type Populations } from './populations.ts';
import { type Contest, largeContest, type SizedContest, sizedContest, smallContest } from './contest.ts';
import { measurePeaks, type Peaks } from './peaks.ts';

/** Modules more than the slice has, each two resources: 50 and 500 live ones together. */
export const sizes = { small: 18, large: 243 } as const;

type Size = keyof typeof sizes;

/** What benchmarks share: a sandbox, and stacks that are prepared when the first of them asks. */
export class Workshop {
  readonly #name = 'bench';
  readonly progress: (text: string) => void;
  #sandbox: Promise<Sandbox> | undefined;
  #small: Promise<Contest> | undefined;
  #large: Promise<Contest> | undefined;
  readonly #sized = new Map<Size, Promise<SizedContest>>();
  #peaks: Promise<readonly Peaks[]> | undefined;
  #populations: Promise<Populations> | undefined;

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

  /** At `active`, with 50 live resources or with 500. */
  async sized(size: Size): Promise<SizedContest> {
    const sandbox = await this.#open();
    const contest = this.#sized.get(size) ?? sizedContest(sandbox, this.progress, sizes[size]);
    this.#sized.set(size, contest);
    return contest;
  }

  /** Of program and plugin in the same updates. */
  async peaks(rounds: number): Promise<readonly Peaks[]> {
    const contest = await this.sized('large');
    return (this.#peaks ??= measurePeaks(contest, rounds));
  }

  /** The sample CRM with few accounts, with few again, and with many. */
  populations(): Promise<Populations> {
    return (this.#populations ??= populate(this.progress));
  }

  async close(): Promise<void> {
    if (this.#populations !== undefined) await depopulate();
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
