/** Adopts a client, a connection and its clients; `locked` closes all three, `gone` removes them. */
import auth0 from '@pulumi/auth0';
import pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();
const suffix = config.require('suffix');
const clientId = config.require('client');
const connectionId = config.require('connection');
const locked = config.getBoolean('locked') ?? false;

if (config.getBoolean('gone') !== true) {
  new auth0.Client(
    'client',
    {
      name: `crm-portal-${suffix}`,
      description: '',
      appType: 'regular_web',
      grantTypes: locked ? [] : ['password', 'refresh_token', 'client_credentials'],
      callbacks: ['https://portal.example.test/callback'],
    },
    { import: clientId },
  );
  const connection = new auth0.Connection(
    'connection',
    {
      name: `crm-users-${suffix}`,
      strategy: 'auth0',
      options: { disableSignup: locked, bruteForceProtection: true, passwordPolicy: 'good' },
    },
    { import: connectionId },
  );
  new auth0.ConnectionClients(
    'connection-clients',
    { connectionId, enabledClients: locked ? [] : [clientId] },
    { import: connectionId, dependsOn: connection, deletedWith: connection },
  );
}
