import * as pulumi from './pulumi.ts';
import type { LiveTarget } from '../lifecycle/index.ts';

export interface DeletionGuardArgs {
  readonly system: string;
  /** Absolute path of the evidence store. */
  readonly evidenceStore: string;
  /** The live thing whose delete is guarded. */
  readonly target: LiveTarget;
  /** Everything that is guarded in this stack: no lock is released while one of them must stay. */
  readonly all: readonly LiveTarget[];
}

/**
 * Stands before the delete of a data-bearing resource (rule 11). Its own delete runs all checks of the target and then releases
 * the cloud's lock; if it refuses, or another target must stay, the engine spares the target. `dependsOn` must name every
 * guarded resource of the stack, so that all guards are tried before any guarded thing goes.
 */
export class DeletionGuard extends pulumi.CustomResource {
  constructor(name: string, args: DeletionGuardArgs, opts: pulumi.CustomResourceOptions) {
    super('teardown:index:DeletionGuard', name, { ...args }, opts);
  }
}
