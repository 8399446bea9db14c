import * as pulumi from './pulumi.ts';
import type { Expectation, Step } from '../lifecycle/index.ts';

export interface VerificationArgs {
  readonly system: string;
  /** Absolute path of the evidence store. */
  readonly evidenceStore: string;
  readonly step: Step;
  readonly attempt: number;
  /** What must hold from outside for the step to count as reached. */
  readonly expectations: readonly Expectation[];
}

/** The last resource: observes the live systems and records the step as reached, or fails. */
export class Verification extends pulumi.CustomResource {
  /** False while something that this step removes is still there; the next `pulumi up` looks again. */
  declare readonly reached: pulumi.Output<boolean>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    super('teardown:index:Verification', name, { ...args, reached: undefined }, opts);
  }
}
