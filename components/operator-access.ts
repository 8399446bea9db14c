import pulumi from '@pulumi/pulumi';
import { type OperatorEntry } from '../inventory/index.ts';
import { type Expectation } from '../lifecycle/index.ts';
import { type Closing, type Surroundings } from './closing.ts';
import { databaseLogin, operatorLogin } from './database-login.ts';

/** The administrators' access: their database login is locked last and removed with the identities. */
export class OperatorAccess extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(name: string, spec: OperatorEntry, args: Surroundings, opts?: pulumi.ComponentResourceOptions) {
    super('teardown:components:OperatorAccess', name, {}, opts);
    const login = databaseLogin(this, spec.login, operatorLogin(args.posture), args);
    this.resources = login.resources;
    this.removed = login.removed;
    this.expectations = login.expectations;
    this.registerOutputs({});
  }
}
