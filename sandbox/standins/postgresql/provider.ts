import { TeardownError } from '../../../diagnostics/index.ts';
import type { ProviderDefinition } from '../../../provider/protocol.ts';
import { problems } from '../problems.ts';
import { databaseHandler } from './database.ts';
import { grantHandler } from './grant.ts';
import { roleHandler } from './role.ts';
import { type Environment, type Server, serverAt, settingsFrom } from './server.ts';

/** The stand-in for @pulumi/postgresql over a real server: the types of the sample CRM, traps included. */
export function postgresqlProvider(version: string, environment: Environment): ProviderDefinition {
  let configured: Server | undefined;
  const server = (): Server => {
    if (configured) return configured;
    const detail = 'postgresql was asked for a resource before it was configured';
    const hint = 'let the engine start the plugin';
    throw new TeardownError(problems('standin-configuration', { detail, hint }));
  };
  return {
    name: 'postgresql',
    version,
    configure: (config) => {
      configured = serverAt(settingsFrom(config, environment));
      return Promise.resolve();
    },
    resources: {
      'postgresql:index/database:Database': databaseHandler(server),
      'postgresql:index/grant:Grant': grantHandler(server),
      'postgresql:index/role:Role': roleHandler(server),
    },
  };
}
