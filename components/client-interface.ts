import pulumi from '@pulumi/pulumi';
import type { InterfaceEntry } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { auth0Client, type ClientState } from './auth0-client.ts';
import { Closing, type Surroundings } from './closing.ts';

/** An outside interface that its users reach with tokens of an Auth0 client: gone means that the client gets none. */
export class ClientInterface extends Closing {
  constructor(
    name: string,
    spec: Pick<InterfaceEntry, 'name'> & { readonly client: string },
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('ClientInterface', name, opts);
    this.add(auth0Client(this, spec.client, interfaceClient(args.posture), args));
    this.registerOutputs({});
  }
}

export function interfaceClient({ interfaces }: Posture): ClientState {
  return ({ open: 'former', 'read-only': 'former', gone: 'cut', removed: 'removed' } as const)[interfaces];
}
