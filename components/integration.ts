import pulumi from '@pulumi/pulumi';
import { type IntegrationEntry } from '../inventory/index.ts';
import { type Expectation, type Posture } from '../lifecycle/index.ts';
import { auth0Client, type ClientState } from './auth0-client.ts';
import { type Closing, type Surroundings } from './closing.ts';
import { databaseLogin, peerLogin } from './database-login.ts';

/** A peer, such as the ERP, that reaches the CRM's data by a database login or with tokens of an Auth0 client of its own. */
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
    const ways = [
      databaseLogin(this, spec.login, peerLogin(args.posture), args),
      auth0Client(this, spec.client, peerClient(args.posture), args),
    ];
    this.resources = ways.flatMap(({ resources }) => resources);
    this.removed = ways.flatMap(({ removed }) => removed);
    this.expectations = ways.flatMap(({ expectations }) => expectations);
    this.registerOutputs({});
  }
}

export function peerClient({ integrations }: Posture): ClientState {
  return ({ connected: 'former', cut: 'cut', removed: 'removed' } as const)[integrations];
}
