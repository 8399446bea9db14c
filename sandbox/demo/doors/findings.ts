import { findConnectionByName, observe } from '../../../connectors/index.ts';
import type { LiveTarget } from '../../../lifecycle/index.ts';
import type { WorldKeys } from '../../world/index.ts';
import {
  data,
  identitiesGone,
  integrationsGone,
  interfacesGone,
  services,
  servicesGone,
} from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

type Closures = Door<never>['closedBy'];

const credentials = 'env:CRM_DATABASE_URL';

/** What the runner finds by each system's own API: what is removed is gone, what is the neighbour's stays. */
export const findingDoors: readonly Door<WorldKeys>[] = [
  finds('the service of the CRM', [servicesGone], ({ services: { cluster, service } }) => ({
    kind: 'ecs-service',
    cluster,
    service,
  })),
  finds('the login of the application', [servicesGone], (keys) => roleOf(keys, 'application')),
  finds('the login of reporting', [integrationsGone], (keys) => roleOf(keys, 'reporting')),
  finds('the client of the portal', [interfacesGone], ({ identity }) => ({
    kind: 'auth0-client',
    id: identity.portal.clientId,
  })),
  finds('the REST API', [interfacesGone], ({ gateway }) => ({ kind: 'rest-api', id: gateway.api })),
  finds('the client of the ERP', [integrationsGone], ({ identity }) => ({
    kind: 'auth0-client',
    id: identity.erp.clientId,
  })),
  finds('the login of the administrator', [identitiesGone], (keys) => roleOf(keys, 'administrator')),
  {
    principal: 'runner',
    attempt: 'finds the connection of the customers',
    closedBy: [identitiesGone],
    answer: 'enforced',
    run: async ({ identity }) =>
      (await findConnectionByName(identity.customer.connection)) ? 'allowed' : 'refused',
  },
  finds('the database', [data], (keys) => ({ kind: 'database', credentials, name: keys.database.database })),
  finds('the database of the neighbour', [], (keys) => ({
    kind: 'database',
    credentials,
    name: keys.database.neighbour,
  })),
  finds('the RDS instance of both', [], ({ instance }) => ({ kind: 'rds-instance', id: instance.instance })),
  finds('the client of the web shop', [], ({ identity }) => ({
    kind: 'auth0-client',
    id: identity.shop.clientId,
  })),
  {
    principal: 'runner',
    attempt: 'sees the service of the CRM run',
    closedBy: [services],
    answer: 'read back',
    run: ({ services: { cluster, service } }) => runs({ kind: 'ecs-service', cluster, service }),
  },
  {
    principal: 'neighbour',
    attempt: 'sees its own service run in the same cluster',
    closedBy: [],
    answer: 'read back',
    run: ({ services: { cluster, neighbour } }) => runs({ kind: 'ecs-service', cluster, service: neighbour }),
  },
];

function finds(what: string, closedBy: Closures, target: (keys: WorldKeys) => LiveTarget): Door<WorldKeys> {
  const run = async (keys: WorldKeys): Promise<Outcome> =>
    (await observe(target(keys))) ? 'allowed' : 'refused';
  return { principal: 'runner', attempt: `finds ${what}`, closedBy, answer: 'enforced', run };
}

function roleOf({ database }: WorldKeys, login: keyof WorldKeys['database']['roles']): LiveTarget {
  return { kind: 'database-role', credentials, name: database.roles[login] };
}

async function runs(target: LiveTarget): Promise<Outcome> {
  const found = await observe(target);
  return found !== undefined && found.desiredCount !== 0 ? 'allowed' : 'refused';
}
