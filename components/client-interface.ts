import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import { type InterfaceEntry } from '../inventory/index.ts';
import { type Expectation, type Posture } from '../lifecycle/index.ts';
import { adoption, type Closing, formerOf, type Surroundings } from './closing.ts';

/** An outside interface that its users reach with tokens of an Auth0 client: gone means that the client gets none. */
export class ClientInterface extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(
    name: string,
    spec: Pick<InterfaceEntry, 'name'> & { readonly client: string },
    { former, posture }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:ClientInterface', name, {}, opts);
    const captured = formerOf(former, `client:${spec.client}`);
    const target = { kind: 'auth0-client', id: captured.importId ?? '' } as const;
    if (posture.interfaces === 'removed') {
      this.resources = [];
      this.removed = [`client:${spec.client}`];
      this.expectations = [{ target, expect: 'absent' }];
    } else {
      const inputs = clientInputs(captured.inputs as unknown as ClientInputs, posture);
      this.resources = [
        new auth0.Client(
          `client:${spec.client}`,
          inputs,
          adoption(this, captured, posture.protection === 'held'),
        ),
      ];
      this.removed = [];
      this.expectations = [{ target, expect: { grantTypes: inputs.grantTypes } }];
    }
    this.registerOutputs({});
  }
}

export interface ClientInputs {
  readonly grantTypes: string[];
}

/** Without a grant type no token is issued; a list that is left out would not be sent, an empty one is. */
export function clientInputs(former: ClientInputs, { interfaces }: Posture): ClientInputs {
  const closed = interfaces === 'gone' || interfaces === 'removed';
  return { ...former, grantTypes: closed ? [] : former.grantTypes };
}
