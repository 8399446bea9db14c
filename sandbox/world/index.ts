/**
 * sandbox/world: the living sample CRM, made part by part by SQL and the vendors' SDKs as if somebody had clicked it together
 * years ago, before any stack knows of it; and a picture of all of it, to be compared with a later one.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../diagnostics/index.ts';
import { projectRoot } from '../install/index.ts';
import { type Account, logIn } from '../identity/visitor.ts';
import { environmentOf } from '../slice/environment.ts';
import { database } from './database.ts';
import { enrol } from './enrol.ts';
import { functions } from './functions.ts';
import { gateway } from './gateway.ts';
import { identity } from './identity.ts';
import { instance } from './instance.ts';
import { integrations } from './integrations.ts';
import { objects } from './objects.ts';
import { operators } from './operators.ts';
import type { Part, Surroundings } from './part.ts';
import { services } from './services.ts';

/** Each is one file beside this one. */
const parts = {
  database,
  instance,
  identity,
  gateway,
  services,
  objects,
  functions,
  integrations,
  operators,
} satisfies Readonly<Record<string, Part<unknown>>>;

type Parts = typeof parts;

/** What people and machines of the sample CRM hold in their hands, part by part. Holds passwords. */
export type WorldKeys = { readonly [Name in keyof Parts]: Awaited<ReturnType<Parts[Name]['build']>> };

export interface World {
  readonly surroundings: Surroundings;
  readonly keys: WorldKeys;
}

/** Part by part. */
export type WorldPicture = Readonly<Record<keyof Parts, Json>>;

/** The system of the committed inventory; worlds of other systems carry their name in all of their things. */
export const sampleSystem = 'acme-crm';

/** Application accounts unless another number is asked for. */
const fewAccounts = 1000;

/** Builds the world in a sandbox that this process has entered. Fails if a thing of that name is there already. */
export async function buildWorld(
  env: Readonly<Record<string, string>>,
  {
    system = sampleSystem,
    accounts = fewAccounts,
    progress,
  }: Partial<Pick<Surroundings, 'system' | 'progress'>> & { readonly accounts?: number | undefined } = {},
): Promise<World> {
  const underscored = system.replaceAll('-', '_');
  const surroundings: Surroundings = {
    environment: environmentOf(env),
    system,
    underscored,
    accounts,
    progress,
  };
  progress?.(`building ${system} with ${accounts} accounts`);
  const keys = (await everyPart((part) => part.build(surroundings))) as WorldKeys;
  await enrolPeople(keys);
  return { surroundings, keys };
}

export async function readWorld({ surroundings }: Pick<World, 'surroundings'>): Promise<WorldPicture> {
  return await everyPart((part) => part.read(surroundings));
}

/** Gives the tenant's accounts of the CRM their rights in its own rows. */
async function enrolPeople({
  identity: { portal, api, customer, employee },
  database: { urls },
}: WorldKeys): Promise<void> {
  const enter = async (account: Account, kind: 'customer' | 'staff', permissions: readonly string[]) => {
    const answer = await logIn(portal, account, api);
    if (!answer.allowed) throw new Error(`an account of the sample CRM cannot log in: ${answer.error}`);
    await enrol(urls.application, String(answer.tokens.access_token), kind, permissions);
  };
  await enter(customer, 'customer', ['contact.read', 'order.read']);
  await enter(employee, 'staff', ['contact.read', 'contact.write', 'order.read', 'invoice.read', 'kyc.read']);
}

async function everyPart<Result>(
  work: (part: Part<unknown>) => Promise<Result>,
): Promise<Readonly<Record<string, Result>>> {
  const all = Object.entries<Part<unknown>>(parts);
  return Object.fromEntries(
    await Promise.all(all.map(async ([name, part]) => [name, await work(part)] as const)),
  );
}

/** Writes the inventory of a world into a directory: the committed one, with this system's name in all names. Returns its path. */
export function inventoryFor(system: string, directory: string): string {
  const file = join(projectRoot, 'sandbox', 'world', `${sampleSystem}.inventory.yaml`);
  const text = readFileSync(file, 'utf8')
    .replaceAll(sampleSystem, system)
    .replaceAll(sampleSystem.replaceAll('-', '_'), system.replaceAll('-', '_'));
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${system}.inventory.yaml`);
  writeFileSync(path, text);
  return path;
}
