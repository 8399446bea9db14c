import pulumi from '@pulumi/pulumi';
import type { OperatorEntry } from '../inventory/index.ts';
import { Closing } from './closing.ts';
import { databaseLogin, operatorLogin } from './database-login.ts';
import { iamRole, type Locks } from './iam-role.ts';
import { iamUser } from './iam-user.ts';

/** The administrators' access: their database login, roles and users are locked last and removed with the identities. */
export class OperatorAccess extends Closing {
  constructor(name: string, spec: OperatorEntry, args: Locks, opts?: pulumi.ComponentResourceOptions) {
    super('OperatorAccess', name, opts);
    this.add(
      databaseLogin(this, spec.login, operatorLogin(args.posture), args),
      ...spec.iamRoles.map((role) => iamRole(this, role, args)),
      ...spec.iamUsers.map((user) => iamUser(this, user, args)),
    );
    this.registerOutputs({});
  }
}
