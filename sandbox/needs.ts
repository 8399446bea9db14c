import type { Inventory } from '../inventory/index.ts';

/** The live systems a sandbox can run, by the names of their processes. */
export const serverNames = ['postgresql', 'moto', 'identity'] as const;
export type ServerName = (typeof serverNames)[number];

/** What reaches each of them from outside; a sandbox without the server has none of its variables. */
export const variablesOf = {
  postgresql: ['CRM_DATABASE_URL'],
  moto: ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
  identity: ['AUTH0_DOMAIN', 'AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET', 'NODE_EXTRA_CA_CERTS'],
} as const satisfies Readonly<Record<ServerName, readonly string[]>>;

/** The servers that a CRM of this inventory needs: a database PostgreSQL, anything of AWS moto, anything of Auth0 its stand-in. */
export function serversFor(inventory: Inventory): readonly ServerName[] {
  const needed: Record<ServerName, boolean> = {
    postgresql: inventory.database !== undefined,
    moto: needsAws(inventory),
    identity: needsAuth0(inventory),
  };
  return serverNames.filter((name) => needed[name]);
}

function needsAws(inventory: Inventory): boolean {
  const { database, objects, interfaces, integrations, services, operators, runner, breakGlass } = inventory;
  return (
    database?.kind === 'rds-postgresql' ||
    objects.length > 0 ||
    interfaces.some(({ gateway }) => gateway !== undefined) ||
    integrations.some((entry) => isAnySet(entry.queue, entry.rule, entry.schedule, entry.secret)) ||
    services.some((entry) => isAnySet(entry.ecs, entry.lambda, entry.rule, entry.schedule)) ||
    operators.some(({ iamRoles, iamUsers }) => iamRoles.length + iamUsers.length > 0) ||
    isAnySet(runner.aws, breakGlass.aws)
  );
}

function needsAuth0({ identity, interfaces, integrations, operators, breakGlass }: Inventory): boolean {
  return (
    identity !== undefined ||
    [...interfaces, ...integrations].some(({ client }) => client !== undefined) ||
    isAnySet(breakGlass.auth0, ...operators.map(({ auth0Role }) => auth0Role))
  );
}

function isAnySet(...values: readonly (string | undefined)[]): boolean {
  return values.some((value) => value !== undefined);
}
