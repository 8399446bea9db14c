/**
 * sandbox/slice: the live systems of one sample CRM, made by SQL and the vendors' SDKs as if by hand, before any
 * stack knows of them; and a picture of all of it, to be compared with a later one.
 */
import type { Account, Application } from '../identity/visitor.ts';
import { type AwsPicture, buildAws, readAws, sampleObject } from './aws.ts';
import { asLogin, type DatabasePicture } from '../database-picture.ts';
import { newPassword } from '../new-password.ts';
import { buildDatabase, readSliceDatabase } from './database.ts';
import { type Environment, environmentOf } from './environment.ts';
import { buildIdentity, type IdentityPicture, readIdentity } from './identity.ts';
import { namesOf, sliceSystem, type WorldNames } from './names.ts';

export { inventoryFor } from './inventory.ts';
export { namesOf, sliceSystem, type WorldNames };

/** What the people and machines of the sample CRM hold in their hands. */
export interface WorldKeys {
  /** Connections to the CRM's database; break-glass and runner to the server's own. */
  readonly urls: Readonly<Record<'application' | 'erp' | 'administrator' | 'breakGlass' | 'runner', string>>;
  readonly portal: Application;
  readonly customer: Account;
  readonly neighbour: Application;
  readonly neighbourCustomer: Account;
  readonly bucket: string;
  /** Key of an object in the bucket. */
  readonly object: string;
}

export interface World {
  readonly system: string;
  readonly names: WorldNames;
  readonly keys: WorldKeys;
  readonly environment: Environment;
}

/** Everything read back, as plain values: equal pictures, equal worlds. What is gone is null. */
export interface WorldPicture {
  readonly database: DatabasePicture;
  readonly aws: AwsPicture;
  readonly identity: IdentityPicture;
}

/**
 * Builds the world of `system` in a sandbox. The process must have entered it (`enterSandbox`). Fails if a thing of
 * that name is there already.
 */
export async function buildWorld(
  env: Readonly<Record<string, string>>,
  { system = sliceSystem }: { readonly system?: string } = {},
): Promise<World> {
  const environment = environmentOf(env);
  const names = namesOf(system);
  const { application, erp, administrator, breakGlass } = names;
  const logins = [application, erp, administrator, breakGlass];
  const passwords = Object.fromEntries(logins.map((login) => [login, newPassword()]));
  const [identity] = await Promise.all([
    buildIdentity(environment, names, newPassword()),
    buildDatabase(environment.CRM_DATABASE_URL, names, passwords),
    buildAws(environment, names, newPassword()),
  ]);
  const url = (login: string, database: string): string =>
    asLogin(environment.CRM_DATABASE_URL, login, passwords[login] ?? '', database);
  const urls = {
    application: url(application, names.database),
    erp: url(erp, names.database),
    administrator: url(administrator, names.database),
    breakGlass: url(breakGlass, 'postgres'),
    runner: environment.CRM_DATABASE_URL,
  };
  return {
    system,
    names,
    environment,
    keys: { urls, ...identity, bucket: names.bucket, object: sampleObject },
  };
}

export async function readWorld(world: Pick<World, 'names' | 'environment'>): Promise<WorldPicture> {
  const { environment, names } = world;
  const [database, aws, identity] = await Promise.all([
    readSliceDatabase(environment.CRM_DATABASE_URL, names),
    readAws(environment, names),
    readIdentity(environment, names),
  ]);
  return { database, aws, identity };
}
