import { setTimeout } from 'node:timers/promises';
import * as pulumi from './pulumi.ts';
import { type Duration, render, TeardownError } from '../diagnostics/index.ts';
import type { Confirmation, RunState } from './confirmation.ts';
import { kindOf } from '../lifecycle/index.ts';
import { type Kept, keepHooks } from './keep.ts';
import { known } from './known.ts';
import { problems } from './problems.ts';

const rollCallLimit: Duration = '30 minutes';
/** What the SDK tells its RunError by, which is shown as its message alone; it asks for no class. */
const shownWithoutStack = '__pulumiRunError';

/** Who answers the roll-call: what was built, and the names of what the step removes. Who has to: what was captured. */
interface Called extends Pick<Kept, 'captured'> {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
}

/**
 * One run of the program. Constructed first: from then on the process cannot end with exit code 0, and no resource can
 * be deleted, until the roll-call is complete (rules 3 and 4).
 */
export class Run implements RunState {
  readonly #startedAt = new Date();
  readonly #begun = Promise.withResolvers<undefined>();
  #complete = false;
  #failed = false;
  #confirmation: Confirmation | undefined;

  constructor() {
    // Types are stripped in place, so positions need no source maps; the SDK's runner looks one up for every promise.
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    // Before the engine's own listeners: they print, and an error of ours needs no stack and no second message.
    const failing = (error: unknown): void => {
      this.#failed = true;
      if (error instanceof TeardownError) Object.assign(error, { [shownWithoutStack]: true });
    };
    process.prependListener('uncaughtException', failing).prependListener('unhandledRejection', failing);
    process.on('beforeExit', () => {
      if (this.#complete || this.#failed || process.exitCode !== undefined) return;
      process.stderr.write(`${earlyEnd()}\n`);
      process.exit(1);
    });
    process.on('exit', (code) => {
      // The SDK's own listener may have set a code already: `code` is the one before any listener.
      if (!this.#complete && code === 0 && !process.exitCode) process.exitCode = 1;
    });
  }

  /**
   * Puts `keep` before every delete of this stack and `unfrozen` before every other change. To be called before anything is
   * registered, at every step.
   */
  keep(kept: Kept): void {
    const { keep, archived, unfrozen } = keepHooks(this, kept);
    pulumi.registerResourceTransform(({ custom, type, props, opts }) => {
      this.#begun.resolve(undefined);
      if (!custom) return undefined;
      const beforeDelete = [keep, ...(dataBearing.has(type) ? [archived] : [])];
      return {
        props,
        opts: pulumi.mergeOptions(opts, {
          hooks: { beforeCreate: [unfrozen], beforeUpdate: [unfrozen], beforeDelete },
        }),
      };
    });
  }

  /**
   * Settles when the engine has the first resource and works by itself for a while: it starts the plugin and asks the gate. Loading a
   * large module blocks the program, and does not delay the gate any more from then on.
   */
  async begun(): Promise<void> {
    await this.#begun.promise;
    // The engine waits for the answer of the transform, and that has to leave the process; if it takes longer, so does the gate.
    await setTimeout(20);
  }

  confirm(confirmation: Confirmation): void {
    this.#confirmation = confirmation;
  }

  /**
   * The confirmation, if the gate gave it in this very run: same engine, not before the program started, not later than now. One of
   * an earlier run, made while the clock was ahead, is none; a clock that is set back during the run ends it as well.
   */
  get confirmedNow(): Confirmation | undefined {
    const confirmation = this.#confirmation;
    if (!confirmation || confirmation.engine !== process.env.PULUMI_NODEJS_ENGINE) return undefined;
    const at = Date.parse(confirmation.at);
    return at >= this.#startedAt.getTime() && at <= Date.now() ? confirmation : undefined;
  }

  get rollCallComplete(): boolean {
    return this.#complete;
  }

  /**
   * Waits until the engine knows the URN of everything that was to be built, then looks for captured resources that are neither
   * built nor `removed`: those were forgotten. Throws then and at the limit; nothing is deleted. A resource whose input
   * never resolves is never registered: nothing is under way any more, and `beforeExit` ends the program at once.
   */
  async rollCall({ resources, removed, captured }: Called): Promise<void> {
    const urnOf = ({ urn }: pulumi.Resource): Promise<string> =>
      known(rollCallLimit, 'the URN of a resource', urn, { keepsAlive: false });
    const urns = await Promise.all(resources.map(urnOf));
    const answered = new Set([...urns.map((urn) => kindOf(urn).name), ...removed]);
    const forgotten = Object.keys(captured).filter((name) => !answered.has(name));
    if (forgotten.length > 0) {
      const detail = `${forgotten.join(', ')}: captured, and neither built nor removed by this step`;
      throw new TeardownError(problems('run-resource-forgotten', { detail, hint: 'teardown status' }));
    }
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
