import { TeardownError } from '../../../diagnostics/index.ts';
import type { ProviderDefinition } from '../../../provider/protocol.ts';
import { notSupported, problems } from '../problems.ts';
import { actionHandler } from './action.ts';
import { clientGrantHandler } from './client-grant.ts';
import { clientHandler } from './client.ts';
import { connectionClientsHandler } from './connection-clients.ts';
import { connectionHandler } from './connection.ts';
import { resourceServerHandler } from './resource-server.ts';
import { rolePermissionsHandler } from './role-permissions.ts';
import { roleHandler } from './role.ts';
import { type Environment, type Tenant, tenantFrom } from './tenant.ts';

/** The stand-in for @pulumi/auth0 over the official SDK: the types of the sample CRM, traps included. */
export function auth0Provider(version: string, environment: Environment): ProviderDefinition {
  let configured: Tenant | undefined;
  const tenant = (): Tenant => {
    if (configured) return configured;
    const detail = 'auth0 was asked for a resource before it was configured';
    throw new TeardownError(
      problems('standin-configuration', { detail, hint: 'let the engine start the plugin' }),
    );
  };
  return {
    name: 'auth0',
    version,
    configure: async (config) => {
      const strange = Object.keys(config).filter((name) => name !== 'version');
      if (strange.length > 0) throw notSupported(`provider configuration auth0: ${strange.join(', ')}`);
      configured = await tenantFrom(environment);
    },
    resources: {
      'auth0:index/action:Action': actionHandler(tenant),
      'auth0:index/clientGrant:ClientGrant': clientGrantHandler(tenant),
      'auth0:index/resourceServer:ResourceServer': resourceServerHandler(tenant),
      'auth0:index/role:Role': roleHandler(tenant),
      'auth0:index/rolePermissions:RolePermissions': rolePermissionsHandler(tenant),
      'auth0:index/client:Client': clientHandler(tenant),
      'auth0:index/connection:Connection': connectionHandler(tenant),
      'auth0:index/connectionClients:ConnectionClients': connectionClientsHandler(tenant),
    },
  };
}
