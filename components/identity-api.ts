import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import { clientGrants, type Inventory } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { adoption, Closing, formerOf, type Surroundings } from './closing.ts';
import { allowedScopes } from './scopes.ts';

/** The CRM's API in the tenant, removed with the identities. */
export class IdentityApi extends Closing {
  constructor(name: string, { former, posture }: Surroundings, opts?: pulumi.ComponentResourceOptions) {
    super('IdentityApi', name, opts);
    const captured = formerOf(former, 'identity-api');
    const target = { kind: 'auth0-api', id: captured.importId ?? '' } as const;
    if (posture.identities === 'removed') {
      this.removed.push('identity-api');
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const inputs = captured.inputs as unknown as auth0.ResourceServerArgs & { identifier: string };
      const options = adoption(this, captured, posture.protection === 'held');
      this.resources.push(new auth0.ResourceServer('identity-api', inputs, options));
      this.expectations.push({ target, expect: { identifier: inputs.identifier } });
    }
    this.registerOutputs({});
  }
}

/** What machines may ask of the CRM's API: every client grant that capture found, removed with the interfaces. */
export class ApiGrants extends Closing {
  constructor(
    name: string,
    { inventory, former, posture }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('ApiGrants', name, opts);
    for (const grant of Object.keys(former.resources).filter((each) => each.startsWith(clientGrants))) {
      const captured = formerOf(former, grant);
      const target = { kind: 'auth0-client-grant', id: captured.importId ?? '' } as const;
      if (posture.interfaces === 'removed') {
        this.removed.push(grant);
        this.expectations.push({ target, expect: 'absent' });
        continue;
      }
      const inputs = clientGrantInputs(captured.inputs as unknown as ClientGrantInputs, posture, inventory);
      this.resources.push(new auth0.ClientGrant(grant, inputs, adoption(this, captured)));
      this.expectations.push({ target, expect: { scopes: inputs.scopes.toSorted() } });
    }
    this.registerOutputs({});
  }
}

export interface ClientGrantInputs {
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: string[];
}

export function clientGrantInputs(
  former: ClientGrantInputs,
  posture: Posture,
  inventory: Pick<Inventory, 'modules' | 'dataClasses'>,
): ClientGrantInputs {
  return { ...former, scopes: allowedScopes(former.scopes, posture, inventory) };
}
