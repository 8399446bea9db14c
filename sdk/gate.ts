import * as pulumi from './pulumi.ts';
import type { Duration } from '../diagnostics/index.ts';
import { coveredBy, isStep, type Entry, type LiveTarget, type Step } from '../lifecycle/index.ts';
import { requireUnfrozen } from './keep.ts';
import { known } from './known.ts';
import type { Run } from './run.ts';

const gateLimit: Duration = '5 minutes';

export interface GateArgs {
  readonly system: string;
  /** The config value `stage`: the step that is wanted. */
  readonly step: string;
  readonly reason: string;
  readonly plan: readonly Step[];
  /** Absolute path of the evidence store. */
  readonly evidenceStore: string;
  /** SHA-256 of what an approval binds; the attempt is added by the gate. */
  readonly digests: { readonly inventory: string; readonly former: string; readonly program: string };
  /** What the conditions of the gates are judged by, besides the evidence store. */
  readonly facts: {
    readonly unknownFeatures: readonly string[];
    readonly notices: readonly { readonly to: string; readonly sent: string; readonly leadTime: Duration }[];
  };
  /** One thing of each live system: nothing begins before all of them can be looked at. */
  readonly lookouts: readonly LiveTarget[];
}

/** The first resource: lets the stack into a step, or refuses. Its outputs are what the program builds from. */
class Gate extends pulumi.CustomResource {
  declare readonly confirmed: pulumi.Output<{
    step: string;
    entered: Entry;
    attempt: number;
    engine: string;
    at: string;
  }>;

  constructor(name: string, args: GateArgs) {
    super('teardown:index:Gate', name, { ...args, confirmed: undefined }, { protect: true });
  }
}

/**
 * Registers the gate and waits for its output; nothing else may be registered before. Answers the step that the gate
 * confirmed: with `--target` or `--exclude` that is the old one. The run remembers the confirmation for `keep`.
 * A frozen system is refused before: with `--exclude` the gate itself is never asked (R92).
 */
export async function passGate(
  run: Run,
  args: GateArgs,
): Promise<{ step: Step; attempt: number; resource: pulumi.Resource }> {
  await requireUnfrozen(args.evidenceStore);
  const resource = new Gate('gate', args);
  const confirmed = await known(gateLimit, "the gate's answer", resource.confirmed);
  const { step } = confirmed;
  if (!isStep(step) || !args.plan.includes(step))
    throw new Error(`the gate answered with no step of the plan: "${step}"`);
  run.confirm({ ...confirmed, step, covered: coveredBy(args.plan, step) });
  return { step, attempt: confirmed.attempt, resource };
}
