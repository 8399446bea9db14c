import type { LiveTarget } from '../lifecycle/index.ts';
import type { FormerSettings } from './former.ts';
import type { Inventory } from './schema.ts';

/**
 * One thing of each live system: the gate looks at them before it lets anything begin, so that a system that cannot be
 * reached, or that refuses our credentials, is found before the first change and not after half of them.
 */
export function lookouts(
  { database, identity, interfaces, objects, services, integrations }: Inventory,
  { resources }: FormerSettings,
): readonly LiveTarget[] {
  const imported = (name: string | undefined): string | undefined => name && resources[name]?.importId;
  const connection = imported(identity?.connections.map(({ name }) => `connection:${name}`)[0]);
  const client = imported(
    interfaces.flatMap(({ client }) => (client === undefined ? [] : [`client:${client}`]))[0],
  );
  return [
    ...(database
      ? [{ kind: 'database', credentials: database.credentials, name: database.name } as const]
      : []),
    ...(database?.kind === 'rds-postgresql'
      ? [{ kind: 'rds-instance', id: database.instance.id } as const]
      : []),
    ...services
      .flatMap(({ ecs }) => ecs ?? [])
      .slice(0, 1)
      .map((place) => place.split('/'))
      .map(([cluster = '', service = '']) => ({ kind: 'ecs-service', cluster, service }) as const),
    ...first(
      'function',
      services.map(({ lambda }) => lambda),
    ),
    ...first(
      'event-rule',
      [...services, ...integrations].map(({ rule }) => rule),
    ),
    ...first(
      'schedule',
      [...services, ...integrations].map(({ schedule }) => schedule),
    ),
    ...first(
      'queue',
      integrations.map(({ queue }) => queue),
    ),
    ...first(
      'secret',
      integrations.map(({ secret }) => secret),
    ),
    ...objects.slice(0, 1).map(({ bucket }) => ({ kind: 'bucket', name: bucket }) as const),
    ...(connection === undefined ? [] : [{ kind: 'auth0-connection', id: connection } as const]),
    ...(connection === undefined && client !== undefined
      ? [{ kind: 'auth0-client', id: client } as const]
      : []),
  ];
}

function first(
  kind: 'function' | 'event-rule' | 'schedule' | 'queue' | 'secret',
  names: readonly (string | undefined)[],
): readonly LiveTarget[] {
  const name = names.find((each) => each !== undefined);
  return name === undefined ? [] : [{ kind, name }];
}
