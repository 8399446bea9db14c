import pulumi from '@pulumi/pulumi';
import { type Duration, render } from '../diagnostics/index.ts';
import { type Confirmation, type RunState } from './confirmation.ts';
import { type Kept, keepHooks } from './keep.ts';
import { known } from './known.ts';
import { problems } from './problems.ts';

const rollCallLimit: Duration = '30 minutes';

/**
 * One run of the program. Constructed first: from then on the process cannot end with exit code 0, and no resource can
 * be deleted, until the roll-call is complete (rules 3 and 4).
 */
export class Run implements RunState {
  readonly #startedAt = new Date();
  #complete = false;
  #confirmation: Confirmation | undefined;

  constructor() {
    process.on('beforeExit', () => {
      if (this.#complete || process.exitCode !== undefined) return;
      process.stderr.write(`${earlyEnd()}\n`);
      process.exit(1);
    });
    process.on('exit', (code) => {
      if (!this.#complete && code === 0) process.exitCode = 1;
    });
  }

  /** Puts `keep` before every delete of this stack. To be called before anything is registered, at every step. */
  keep(kept: Kept): void {
    const { keep, archived } = keepHooks(this, kept);
    pulumi.runtime.registerResourceTransform(({ custom, type, props, opts }) => {
      if (!custom) return undefined;
      const beforeDelete = [keep, ...(dataBearing.has(type) ? [archived] : [])];
      return {
        props,
        opts: pulumi.mergeOptions(opts, { hooks: { beforeDelete } }),
      };
    });
  }

  confirm(confirmation: Confirmation): void {
    this.#confirmation = confirmation;
  }

  /** The confirmation, if the gate gave it in this very run: same engine, not before the program started. */
  get confirmedNow(): Confirmation | undefined {
    const confirmation = this.#confirmation;
    if (!confirmation || confirmation.engine !== process.env.PULUMI_NODEJS_ENGINE) return undefined;
    return new Date(confirmation.at) >= this.#startedAt ? confirmation : undefined;
  }

  get rollCallComplete(): boolean {
    return this.#complete;
  }

  /**
   * Waits until the engine knows the URN of everything that was to be built. Throws at the limit; deletes nothing then. A resource
   * whose input never resolves is never registered: nothing is under way any more, and `beforeExit` ends the program at once.
   */
  async rollCall(built: readonly pulumi.Resource[]): Promise<void> {
    const urnOf = ({ urn }: pulumi.Resource): Promise<string> =>
      known(rollCallLimit, 'the URN of a resource', urn, { keepsAlive: false });
    await Promise.all(built.map(urnOf));
    this.#complete = true;
  }
}

/** Types whose delete destroys data: their archive is verified once more in front of the delete. */
const dataBearing = new Set([
  'aws:rds/instance:Instance',
  'aws:s3/bucket:Bucket',
  'postgresql:index/database:Database',
]);

function earlyEnd(): string {
  return render(
    problems('run-ended-early', {
      detail: 'a promise never settled, or the program returned before the roll-call; nothing was deleted',
      hint: 'teardown status',
    }),
  );
}
