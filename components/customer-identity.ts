import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import { type ConnectionEntry, type FormerResource } from '../inventory/index.ts';
import { type Expectation, type Posture } from '../lifecycle/index.ts';
import { adoption, type Closing, formerOf, type Surroundings } from './closing.ts';

/**
 * The customers' identities: an Auth0 connection, its sign-up and the clients that may log in through it. O(1) switches for any number
 * of accounts; accounts are never resources (rule 9). A shared connection is never changed or deleted here (rule 10).
 */
export class CustomerIdentity extends pulumi.ComponentResource implements Closing {
  readonly resources: pulumi.Resource[] = [];
  readonly removed: string[] = [];
  readonly guarded = [];
  readonly expectations: Expectation[] = [];

  constructor(
    name: string,
    spec: ConnectionEntry,
    { former, posture }: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:CustomerIdentity', name, {}, opts);
    const connection = formerOf(former, `connection:${spec.name}`);
    const target = { kind: 'auth0-connection', id: connection.importId ?? '' } as const;
    if (posture.identities === 'removed') {
      this.removed.push(`connection:${spec.name}`, `connection-clients:${spec.name}`);
      this.expectations.push({ target, expect: 'absent' });
    } else {
      const observed = this.#close(
        spec.name,
        connection,
        formerOf(former, `connection-clients:${spec.name}`),
        posture,
      );
      this.expectations.push({ target, expect: observed });
    }
    this.registerOutputs({});
  }

  #close(
    name: string,
    connection: FormerResource,
    clients: FormerResource,
    posture: Posture,
  ): Expectation['expect'] {
    const settings = connectionInputs(connection.inputs as unknown as ConnectionInputs, posture);
    const enabled = connectionClientsInputs(clients.inputs as unknown as ConnectionClientsInputs, posture);
    const resource = new auth0.Connection(
      `connection:${name}`,
      settings,
      adoption(this, connection, posture.protection === 'held'),
    );
    const options = { ...adoption(this, clients), dependsOn: resource, deletedWith: resource };
    this.resources.push(
      resource,
      new auth0.ConnectionClients(`connection-clients:${name}`, enabled, options),
    );
    return {
      disableSignup: settings.options.disableSignup,
      enabledClients: enabled.enabledClients.toSorted(),
    };
  }
}

export type ConnectionInputs = Omit<auth0.ConnectionArgs, 'options'> & {
  readonly options: { readonly disableSignup: boolean };
};
export interface ConnectionClientsInputs {
  readonly connectionId: string;
  readonly enabledClients: string[];
}

export function connectionInputs(former: ConnectionInputs, { enrolment }: Posture): ConnectionInputs {
  const disableSignup = former.options.disableSignup || enrolment === 'closed';
  return { ...former, options: { ...former.options, disableSignup } };
}

export function connectionClientsInputs(
  former: ConnectionClientsInputs,
  { accounts }: Posture,
): ConnectionClientsInputs {
  return { ...former, enabledClients: accounts === 'locked' ? [] : former.enabledClients };
}
