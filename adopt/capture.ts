import { TeardownError } from '../diagnostics/index.ts';
import { acquireLock, type EvidenceStore } from '../evidence/index.ts';
import {
  crmClients,
  deniesLogIns,
  type FormerSettings,
  type Inventory,
  sealFormer,
} from '../inventory/index.ts';
import { captureContainerService } from './container-service.ts';
import { captureDatabase } from './database.ts';
import { type Findings, gather } from './findings.ts';
import { captureFunction } from './function.ts';
import { captureGateway } from './gateway.ts';
import { captureApi, captureRole, existingRole, refuseDenial } from './identity-policy.ts';
import { captureClient, captureConnection } from './identity.ts';
import { captureInstance } from './instance.ts';
import { leftOver } from './left-over.ts';
import { type LiveCrm, liveCrm } from './live.ts';
import { refuseInTheMiddle } from './middle.ts';
import { captureObjects } from './objects.ts';
import { captureIamRole, captureIamUser } from './operators.ts';
import { captureQueue, captureSecret } from './peer-carriers.ts';
import { placeFile } from './place-file.ts';
import { captureRule, captureSchedule } from './starters.ts';

export interface CaptureRequest {
  readonly inventory: Inventory;
  readonly inventoryDigest: string;
  /** Where the former settings are written: `<system>.former.json` beside the inventory. */
  readonly formerFile: string;
  /** Opened for writing; or what creates it, called after all was read, so that a failed reading leaves no store behind. */
  readonly store: EvidenceStore | (() => Promise<EvidenceStore>);
  /** @default the real systems */
  readonly live?: LiveCrm;
  /** @default the clock */
  readonly now?: () => Date;
}

/**
 * Reads every live thing the inventory lists, as it is set now, writes the former settings and enters them in the
 * ledger. Only reads the live systems. Throws TeardownError with ALL that is wrong, and then nothing was written:
 * something absent or there twice, grants that a whole-schema grant would change, an unusable break-glass login, a
 * system that cannot be reached, a teardown that has begun.
 */
export async function capture(request: CaptureRequest): Promise<FormerSettings> {
  const { inventory, inventoryDigest, live = liveCrm(), now = () => new Date() } = request;
  if (typeof request.store !== 'function')
    refuseInTheMiddle(await request.store.ledger(), request.formerFile);
  const capturedAt = now().toISOString();
  const { resources, absent, problems } = await readAll(inventory, live);
  const [first, ...rest] = [...problems, ...leftOver(resources)];
  if (first !== undefined) throw new TeardownError([first, ...rest]);
  const { system } = inventory;
  const found = { resources: { ...resources }, absent: absent.toSorted() };
  const former = sealFormer({ version: 1, system, capturedAt, inventoryDigest, ...found });
  const store = typeof request.store === 'function' ? await request.store() : request.store;
  const lock = await acquireLock(store, `capture of ${system}`);
  try {
    await keep(former, request.formerFile, store);
  } finally {
    await lock.release();
  }
  return former;
}

/** File and ledger entry together: the file is complete on the disk before the entry is made, and in place after it. */
async function keep(former: FormerSettings, formerFile: string, store: EvidenceStore): Promise<void> {
  // Judged again: an update may have begun while the live systems were read.
  const view = await store.ledger();
  refuseInTheMiddle(view, formerFile);
  const place = await placeFile(formerFile, `${JSON.stringify(former, undefined, 2)}\n`);
  const { digest: formerDigest, inventoryDigest } = former;
  try {
    await store.append({ kind: 'captured', formerDigest, inventoryDigest }, view.head);
  } catch (error) {
    await place.discard();
    throw error;
  }
  await place.commit();
}

function readAll(inventory: Inventory, live: LiveCrm): Promise<Findings> {
  const { database, identity, interfaces, integrations, objects, services } = inventory;
  const api = identity?.api;
  const instance = database?.kind === 'rds-postgresql' ? database.instance : undefined;
  return gather([
    ...(database ? [() => captureDatabase(inventory, database, live)] : []),
    ...(instance?.ownership === 'exclusive' ? [() => captureInstance(instance.id, live)] : []),
    ...services.flatMap(({ name, ecs }) =>
      ecs === undefined ? [] : [() => captureContainerService(name, ecs, live)],
    ),
    ...services.flatMap(({ lambda }) => named(lambda, (name) => captureFunction(name, live))),
    ...[...services, ...integrations].flatMap((entry) => [
      ...named(entry.rule, (name) => captureRule(name, live)),
      ...named(entry.schedule, (name) => captureSchedule(name, live)),
    ]),
    ...integrations.flatMap(({ queue, secret }) => [
      ...named(queue, (name) => captureQueue(name, live)),
      ...named(secret, (name) => captureSecret(name, live)),
    ]),
    ...objects.map((entry) => () => captureObjects(entry, live)),
    ...(identity?.connections ?? []).map((connection) => () => captureConnection(connection, live)),
    ...crmClients(inventory).map((client) => () => captureClient(client, live)),
    ...(deniesLogIns(inventory) ? [() => refuseDenial(inventory, live)] : []),
    ...(api ? [() => captureApi(inventory, api.identifier, live)] : []),
    ...(identity?.roles ?? []).map(
      ({ name }) =>
        () =>
          captureRole(name, live),
    ),
    ...inventory.operators.flatMap(({ auth0Role }) =>
      auth0Role === undefined ? [] : [() => existingRole(auth0Role, live)],
    ),
    ...inventory.operators.flatMap(({ iamRoles, iamUsers }) => [
      ...iamRoles.map((name) => () => captureIamRole(inventory, name, live)),
      ...iamUsers.map((name) => () => captureIamUser(inventory, name, live)),
    ]),
    ...interfaces.flatMap(({ name, gateway }) =>
      gateway === undefined ? [] : [() => captureGateway(name, gateway, live)],
    ),
  ]);
}

/** The reader of a thing that an entry may name. */
function named(
  name: string | undefined,
  read: (name: string) => Promise<Findings>,
): (() => Promise<Findings>)[] {
  return name === undefined ? [] : [() => read(name)];
}
