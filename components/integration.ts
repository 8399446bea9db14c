import pulumi from '@pulumi/pulumi';
import type { IntegrationEntry } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { auth0Client, type ClientState } from './auth0-client.ts';
import { Closing, type Surroundings } from './closing.ts';
import { databaseLogin, peerLogin } from './database-login.ts';
import { peerQueue, peerSecret } from './peer-carriers.ts';
import { eventRule, schedule, type StarterState } from './starters.ts';

/**
 * A peer, such as the ERP, and every way between it and the CRM: a database login, an Auth0 client, a queue, a rule or schedule that
 * starts the exchange, a secret with its credential.
 */
export class Integration extends Closing {
  constructor(
    name: string,
    spec: IntegrationEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('Integration', name, opts);
    const starter = peerStarter(args.posture);
    this.add(
      databaseLogin(this, spec.login, peerLogin(args.posture), args),
      auth0Client(this, spec.client, peerClient(args.posture), args),
      eventRule(this, spec.rule, starter, args.former),
      schedule(this, spec.schedule, starter, args.former),
      peerQueue(this, spec.queue, args),
      peerSecret(this, spec.secret, args),
    );
    this.registerOutputs({});
  }
}

export function peerClient({ integrations }: Posture): ClientState {
  return ({ connected: 'former', cut: 'cut', removed: 'removed' } as const)[integrations];
}

function peerStarter({ integrations }: Posture): StarterState {
  return ({ connected: 'former', cut: 'disabled', removed: 'removed' } as const)[integrations];
}
