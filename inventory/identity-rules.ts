import { crmClients } from './members.ts';
import { each, type Finding, type Located, type Rule, rule } from './rule.ts';

function dangling(all: readonly Located[], detail: string, hint: string): readonly Finding[] {
  return all.map(({ path }) => ({ code: 'inventory-dangling-reference', path, detail, hint }));
}

/** What is cut in the tenant needs the other things there by which it is cut. */
export const identityRules: readonly Rule[] = [
  rule('scopes belong to an API', ['modules', 'identity'], ({ modules, identity }) =>
    identity?.api
      ? []
      : dangling(
          modules.flatMap(({ enforcedBy }, i) =>
            enforcedBy === 'token-scope' ? [{ text: '', path: ['modules', i, 'enforcedBy'] }] : [],
          ),
          'the module is enforced by scopes, and the inventory describes no API that has them',
          'describe identity.api',
        ),
  ),
  rule('roles have an API', ['identity'], ({ identity }) =>
    identity?.api
      ? []
      : dangling(
          each(['identity', 'roles'], identity?.roles ?? [], 'name'),
          'the rights of a role are scopes of identity.api, and the inventory describes none',
          'describe identity.api',
        ),
  ),
  rule('clients of integrations live in a tenant', ['integrations', 'identity'], (inventory) =>
    inventory.identity
      ? []
      : dangling(
          each(['integrations'], inventory.integrations, 'client'),
          'it names an Auth0 client, and the inventory describes no identity tenant',
          'describe identity.tenant',
        ),
  ),
  rule(
    'administrators of the tenant log in somewhere',
    ['operators', 'identity', 'interfaces', 'integrations'],
    ({ operators, identity, interfaces, integrations }) =>
      identity?.connections.length && crmClients({ interfaces, integrations }).length
        ? []
        : dangling(
            each(['operators'], operators, 'auth0Role'),
            "members of an Auth0 role are locked out of the CRM's clients, and there is no connection or no client",
            'describe identity.connections and the clients of interfaces',
          ),
  ),
];
