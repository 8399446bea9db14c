import { crmClients, databaseModules, grantedModules } from './members.ts';
import type { IntegrationEntry, Inventory, Ownership, ServiceEntry } from './schema.ts';

/** A live resource by the name it has in the program and in the former settings. */
export interface LiveResource {
  /** Logical name, such as `role:crm_app`. */
  readonly name: string;
  /** False for a shared carrier: the stack may leave it alone, so its former settings may be missing. */
  readonly required: boolean;
  /** `name` ends in `/` and stands for all that capture found under it, such as the keys of a gateway. */
  readonly family?: true;
}

/** What the stack takes over of this inventory; the final snapshot and the guards do not exist yet. */
export function liveResources(inventory: Inventory): readonly LiveResource[] {
  const { database, identity, modules, populations, interfaces, objects } = inventory;
  const { integrations, services, operators } = inventory;
  const owned = (name: string, { ownership }: { readonly ownership: Ownership }): LiveResource => ({
    name,
    required: ownership === 'exclusive',
  });
  return [
    ...(database?.kind === 'rds-postgresql' ? [owned('rds-instance', database.instance)] : []),
    ...(database ? [owned('database', database)] : []),
    ...(database ? [must('database-access')] : []),
    ...databaseModules(modules).map(({ role }) => must(`role:${role}`)),
    ...grantedModules(inventory).map(({ role }) => must(`grant:${role}`)),
    ...(identity?.connections ?? []).flatMap((connection) => [
      owned(`connection:${connection.name}`, connection),
      must(`connection-clients:${connection.name}`),
    ]),
    ...(identity?.api ? [must('identity-api'), family(clientGrants)] : []),
    ...(identity?.roles ?? []).flatMap(({ name }) => [
      must(`auth0-role:${name}`),
      must(`role-permissions:${name}`),
    ]),
    ...crmClients(inventory).map((client) => must(`client:${client}`)),
    ...interfaces.flatMap(({ name, gateway }) => (gateway === undefined ? [] : gatewayResources(name))),
    ...objects.flatMap(({ name, prefix }) =>
      prefix === undefined ? [must(`bucket:${name}`), must(`bucket-policy:${name}`)] : [],
    ),
    ...[...integrations, ...services, ...operators].flatMap(({ login }) =>
      login === undefined ? [] : [must(`role:${login}`)],
    ),
    ...services.flatMap(({ name, ecs }) =>
      ecs === undefined ? [] : [must(`ecs-service:${name}`), must(`scaling-target:${name}`)],
    ),
    ...operators.flatMap(({ iamRoles, iamUsers }) => [
      ...iamRoles.map((name) => must(`iam-role:${name}`)),
      ...iamUsers.flatMap((name) => [must(`iam-user:${name}`), ...belongingsOf(name)]),
    ]),
    ...services.flatMap(({ lambda }) =>
      lambda === undefined ? [] : [must(`function:${lambda}`), family(feedersOf(lambda))],
    ),
    ...[...services, ...integrations].flatMap(starters),
    ...integrations.flatMap(({ queue, secret }) => [
      ...(queue === undefined ? [] : [must(`queue:${queue}`), must(`queue-policy:${queue}`)]),
      ...(secret === undefined ? [] : [must(`secret:${secret}`), must(`secret-policy:${secret}`)]),
    ]),
    ...populations.flatMap(({ logins }) => logins.map((login) => must(`role:${login}`))),
  ];
}

function gatewayResources(name: string): readonly LiveResource[] {
  return [
    ...['rest-api', 'rest-api-policy', 'stage', 'method-settings'].map((kind) => must(`${kind}:${name}`)),
    ...['gateway-response', 'usage-plan', 'usage-plan-key', 'api-key'].map((kind) =>
      family(`${kind}:${name}/`),
    ),
  ];
}

/** What a user of IAM has beside its settings, each kind in as many pieces as capture found. */
export const userBelongings = ['access-key', 'user-policy', 'user-policy-attachment'] as const;

function belongingsOf(user: string): readonly LiveResource[] {
  return userBelongings.map((kind) => family(`${kind}:${user}/`));
}

/** What starts a service, or the work of a peer, by itself. */
function starters({
  rule,
  schedule,
}: Pick<ServiceEntry | IntegrationEntry, 'rule' | 'schedule'>): readonly LiveResource[] {
  return [
    ...(rule === undefined ? [] : [must(`event-rule:${rule}`), family(targetsOf(rule))]),
    ...(schedule === undefined ? [] : [must(`schedule:${schedule}`)]),
  ];
}

/** The event source mappings of a function, each with its id behind it. */
export const feedersOf = (lambda: string): string => `event-source-mapping:${lambda}/`;

/** The targets of a rule, each with its id behind it. */
export const targetsOf = (rule: string): string => `event-target:${rule}/`;

/** The grants of the CRM's API, each with the id of its client behind it. */
export const clientGrants = 'client-grant/';

function must(name: string): LiveResource {
  return { name, required: true };
}

function family(name: string): LiveResource {
  return { name, required: false, family: true };
}
