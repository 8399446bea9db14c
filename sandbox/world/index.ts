/**
 * sandbox/world: the living sample CRM, made part by part by SQL and the vendors' SDKs as if somebody had clicked it together
 * years ago, before any stack knows of it; and a picture of all of it, to be compared with a later one.
 */
import { type Json } from '../../diagnostics/index.ts';
import { gateway } from './gateway.ts';
import { environmentOf } from '../slice/environment.ts';
import { identity } from './identity.ts';
import { services } from './services.ts';
import { type Part, type Surroundings } from './part.ts';

/** The parts in the order they are built; each is one file beside this one. */
export const parts = { gateway, identity, services } satisfies Readonly<Record<string, Part<unknown>>>;

type Parts = typeof parts;

/** What people and machines of the sample CRM hold in their hands, part by part. Holds passwords. */
export type WorldKeys = { readonly [Name in keyof Parts]: Awaited<ReturnType<Parts[Name]['build']>> };

export interface World {
  readonly surroundings: Surroundings;
  readonly keys: WorldKeys;
}

/** The sample's own system; worlds of other systems carry their name in all of their things. */
export const sampleSystem = 'acme-crm';

/** Builds the world in a sandbox that this process has entered. Fails if a thing of that name is there already. */
export async function buildWorld(
  env: Readonly<Record<string, string>>,
  { system = sampleSystem, accounts = 1000 }: { readonly system?: string; readonly accounts?: number } = {},
): Promise<World> {
  const surroundings: Surroundings = {
    environment: environmentOf(env),
    system,
    underscored: system.replaceAll('-', '_'),
    accounts,
  };
  const keys: Record<string, unknown> = {};
  for (const [name, part] of Object.entries<Part<unknown>>(parts))
    keys[name] = await part.build(surroundings);
  return { surroundings, keys: keys as unknown as WorldKeys };
}

export async function readWorld({
  surroundings,
}: Pick<World, 'surroundings'>): Promise<Readonly<Record<string, Json>>> {
  const picture: Record<string, Json> = {};
  for (const [name, part] of Object.entries<Part<unknown>>(parts))
    picture[name] = await part.read(surroundings);
  return picture;
}
