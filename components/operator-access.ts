import pulumi from '@pulumi/pulumi';
import { type OperatorEntry } from '../inventory/index.ts';
import { type Expectation } from '../lifecycle/index.ts';
import { type Closing, together } from './closing.ts';
import { databaseLogin, operatorLogin } from './database-login.ts';
import { iamRole, type Locks } from './iam-role.ts';
import { iamUser } from './iam-user.ts';

/** The administrators' access: their database login, roles and users are locked last and removed with the identities. */
export class OperatorAccess extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(name: string, spec: OperatorEntry, args: Locks, opts?: pulumi.ComponentResourceOptions) {
    super('teardown:components:OperatorAccess', name, {}, opts);
    const { resources, removed, expectations } = together([
      databaseLogin(this, spec.login, operatorLogin(args.posture), args),
      ...spec.iamRoles.map((role) => iamRole(this, role, args)),
      ...spec.iamUsers.map((user) => iamUser(this, user, args)),
    ]);
    this.resources = resources;
    this.removed = removed;
    this.expectations = expectations;
    this.registerOutputs({});
  }
}
