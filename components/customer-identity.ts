import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';
import {
  type ConnectionEntry,
  deniesLogIns,
  type FormerResource,
  type Inventory,
} from '../inventory/index.ts';
import type { Expectation, Posture } from '../lifecycle/index.ts';
import { crmClientIds } from './auth0-client.ts';
import { adoption, Closing, formerOf, type Surroundings } from './closing.ts';
import { exemptions } from './login-denial.ts';

/**
 * The customers' identities: an Auth0 connection, its sign-up and the clients that may log in through it. O(1) switches for any number
 * of accounts; accounts are never resources (rule 9). Of a shared connection only the CRM's clients leave; its settings, its other
 * clients and the connection itself stay (rule 10).
 */
export class CustomerIdentity extends Closing {
  constructor(
    name: string,
    spec: ConnectionEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('CustomerIdentity', name, opts);
    if (spec.ownership === 'shared') {
      this.#leave(spec.name, args);
      this.registerOutputs({});
      return;
    }
    const { former, posture } = args;
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
        args,
      );
      this.expectations.push({ target, expect: observed });
    }
    this.registerOutputs({});
  }

  #close(
    name: string,
    connection: FormerResource,
    clients: FormerResource,
    { inventory, posture }: Surroundings,
  ): Expectation['expect'] {
    const settings = connectionInputs(connection.inputs as unknown as ConnectionInputs, posture);
    const former = clients.inputs as unknown as ConnectionClientsInputs;
    const enabled = connectionClientsInputs(former, posture, isExempted(inventory, posture));
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

  #leave(name: string, { inventory, former, posture }: Surroundings): void {
    const captured = formerOf(former, `connection-clients:${name}`);
    const ours = crmClientIds({ inventory, former });
    const before = captured.inputs as unknown as ConnectionClientsInputs;
    const inputs = sharedClientsInputs(before, ours, posture, isExempted(inventory, posture));
    const options = { ...adoption(this, captured), retainOnDelete: true };
    this.resources.push(new auth0.ConnectionClients(`connection-clients:${name}`, inputs, options));
    const target = {
      kind: 'auth0-enabled-clients',
      connection: inputs.connectionId,
      clients: before.enabledClients,
    } as const;
    this.expectations.push({ target, expect: { enabledClients: inputs.enabledClients.toSorted() } });
  }
}

/** Who is exempted from the denial of log-ins needs the connection: the denial alone locks the others out until then. */
function isExempted(inventory: Inventory, posture: Posture): boolean {
  if (!deniesLogIns(inventory) || posture.interfaces === 'gone' || posture.interfaces === 'removed')
    return false;
  const { user, roles } = exemptions(inventory, posture);
  return user !== undefined || roles.length > 0;
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
  { accounts }: Pick<Posture, 'accounts'>,
  exempted = false,
): ConnectionClientsInputs {
  const closed = accounts === 'locked' && !exempted;
  return { ...former, enabledClients: closed ? [] : former.enabledClients };
}

/** Of a shared connection: the clients of others as they were, ours (by id) until the accounts are locked. */
export function sharedClientsInputs(
  former: ConnectionClientsInputs,
  ours: readonly string[],
  { accounts }: Pick<Posture, 'accounts'>,
  exempted: boolean,
): ConnectionClientsInputs {
  const closed = accounts === 'locked' && !exempted;
  return {
    ...former,
    enabledClients: former.enabledClients.filter((client) => !closed || !ours.includes(client)),
  };
}
