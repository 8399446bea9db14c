import pulumi from '@pulumi/pulumi';
import { type IntegrationEntry } from '../inventory/index.ts';
import { type Expectation, type Posture } from '../lifecycle/index.ts';
import { type Closing, type Surroundings } from './closing.ts';
import { databaseLogin, type LoginState } from './database-login.ts';

/** A peer, such as the ERP, that reaches the CRM's data by a database login of its own. */
export class Integration extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(
    name: string,
    spec: IntegrationEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:Integration', name, {}, opts);
    const login = databaseLogin(this, spec.login, peerLogin(args.posture), args);
    this.resources = login.resources;
    this.removed = login.removed;
    this.expectations = login.expectations;
    this.registerOutputs({});
  }
}

function peerLogin({ integrations }: Posture): LoginState {
  return ({ connected: 'former', cut: 'locked', removed: 'removed' } as const)[integrations];
}
