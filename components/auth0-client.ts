import auth0 from '@pulumi/auth0';
import type pulumi from '@pulumi/pulumi';
import { crmClients } from '../inventory/index.ts';
import type { Expectation } from '../lifecycle/index.ts';
import { adoption, formerOf, type Surroundings } from './closing.ts';

/** As it was, without any grant type, or not there any more. */
export type ClientState = 'former' | 'cut' | 'removed';

interface AdoptedClient {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly expectations: readonly Expectation[];
}

/** The adopted Auth0 client of an entry (nothing, if it has none), with what must be observed of it. */
export function auth0Client(
  parent: pulumi.Resource,
  client: string | undefined,
  state: ClientState,
  { former, posture }: Pick<Surroundings, 'former' | 'posture'>,
): AdoptedClient {
  if (client === undefined) return { resources: [], removed: [], expectations: [] };
  const captured = formerOf(former, `client:${client}`);
  const target = { kind: 'auth0-client', id: captured.importId ?? '' } as const;
  if (state === 'removed') {
    return { resources: [], removed: [`client:${client}`], expectations: [{ target, expect: 'absent' }] };
  }
  const inputs = clientInputs(captured.inputs as unknown as ClientInputs, state);
  const options = adoption(parent, captured, posture.protection === 'held');
  const resource = new auth0.Client(`client:${client}`, inputs, options);
  const expectations = [{ target, expect: { grantTypes: inputs.grantTypes } }];
  return { resources: [resource], removed: [], expectations };
}

/** Ids of the CRM's own clients, as others in the tenant refer to them. */
export function crmClientIds({ inventory, former }: Pick<Surroundings, 'inventory' | 'former'>): string[] {
  return crmClients(inventory).map((client) => formerOf(former, `client:${client}`).importId ?? client);
}

export interface ClientInputs {
  readonly grantTypes: string[];
}

/** Without a grant type no token is issued; a list that is left out would not be sent, an empty one is. */
export function clientInputs(former: ClientInputs, state: ClientState): ClientInputs {
  return { ...former, grantTypes: state === 'former' ? former.grantTypes : [] };
}
