import { afterAll, describe, expect, it } from '@jest/globals';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, type LiveCrm } from '../../adopt/index.ts';
import { defineProblems, TeardownError } from '../../diagnostics/index.ts';
import { createStore, type EvidenceStore, openStore } from '../../evidence/index.ts';
import { loadInventory, loadSettings } from '../../inventory/index.ts';
import { errorOf, removeTemporary, temporaryDirectory } from '../evidence/temporary.ts';
import { grant, liveFrom, role, sliceWorld, type World } from './live-slice.ts';

const inventoryFile = 'sandbox/slice/slice-crm.inventory.yaml';

afterAll(removeTemporary);

/** The slice's inventory in a directory of its own, with an empty evidence store, and the capture of a world. */
async function slice() {
  const directory = await temporaryDirectory();
  const path = join(directory, 'slice-crm.inventory.yaml');
  await writeFile(path, await readFile(inventoryFile));
  await createStore(join(directory, 'evidence'), { system: 'slice-crm', sandbox: false });
  const { inventory, inventoryDigest, paths } = await loadInventory(path);
  const store = await openStore(join(directory, 'evidence'));
  const run = (live: LiveCrm) =>
    capture({
      inventory,
      inventoryDigest,
      formerFile: paths.former,
      store,
      live,
      now: () => new Date('2026-09-01T08:00:00Z'),
    });
  const files = async () => (await readdir(directory)).sort();
  return { directory, path, store, former: paths.former, run, files };
}

/** What capture says of a world that was changed, and that it wrote nothing. */
async function refusalOf(change: (world: World) => void): Promise<TeardownError['problems']> {
  const { run, store, files } = await slice();
  const world = sliceWorld();
  change(world);
  const before = (await store.ledger()).head;
  const error = await errorOf(run(liveFrom(world)));
  expect((await store.ledger()).head).toEqual(before);
  expect(await files()).toEqual(['evidence', 'slice-crm.inventory.yaml']);
  for (const { hint, detail } of error.problems) expect([hint, detail]).not.toContain('');
  return error.problems;
}

describe('capturing the sample CRM', () => {
  it('writes every live resource under its logical name, as the program will ask for it', async () => {
    const { run, former } = await slice();
    const settings = await run(liveFrom(sliceWorld()));
    expect(JSON.parse(await readFile(former, 'utf8'))).toEqual(settings);
    expect(settings.absent).toEqual(['bucket-policy:attachments']);
    expect(settings.capturedAt).toBe('2026-09-01T08:00:00.000Z');
    expect(Object.keys(settings.resources).sort()).toEqual([
      'bucket:attachments',
      'client:crm-portal',
      'connection-clients:crm-users',
      'connection:crm-users',
      'database',
      'database-access',
      'grant:crm_contacts',
      'grant:crm_documents',
      'rds-instance',
      'role:crm_admin',
      'role:crm_app',
      'role:crm_contacts',
      'role:crm_documents',
      'role:crm_erp',
    ]);
    expect(settings.resources['role:crm_app']).toEqual({
      type: 'postgresql:index/role:Role',
      importId: 'crm_app',
      inputs: {
        name: 'crm_app',
        login: true,
        superuser: false,
        createRole: false,
        createDatabase: false,
        inherit: true,
        replication: false,
        bypassRowLevelSecurity: false,
        connectionLimit: -1,
        roles: ['crm_contacts', 'crm_documents'],
        validUntil: 'infinity',
      },
    });
    expect(settings.resources['grant:crm_contacts']).toEqual({
      type: 'postgresql:index/grant:Grant',
      inputs: {
        role: 'crm_contacts',
        database: 'slice_crm',
        schema: 'crm',
        objectType: 'table',
        objects: [],
        privileges: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
      },
    });
    expect(settings.resources['rds-instance']?.inputs).toEqual({
      identifier: 'slice-crm-prod',
      engine: 'postgres',
      instanceClass: 'db.t3.micro',
      allocatedStorage: 20,
      username: 'crm_master',
      deletionProtection: true,
    });
    expect(settings.resources['connection-clients:crm-users']).toEqual({
      type: 'auth0:index/connectionClients:ConnectionClients',
      importId: 'con_1',
      inputs: { connectionId: 'con_1', enabledClients: ['cl_1'] },
    });
  });

  it('writes settings that the program loads without a problem, and enters their digest', async () => {
    const { run, store, path, directory } = await slice();
    const { digest } = await run(liveFrom(sliceWorld()));
    expect((await store.ledger()).formerDigest()).toBe(digest);
    const settings = await loadSettings({ stage: 'active', reason: 'test', inventory: path }, directory);
    expect(settings.former.digest).toBe(digest);
  });

  it('leaves neither a partial file nor the lock behind, and can be run again before the teardown begins', async () => {
    const { run, files, store } = await slice();
    await run(liveFrom(sliceWorld()));
    const world = sliceWorld();
    world.roles.crm_app = role({ login: true, roles: ['crm_contacts'] });
    const second = await run(liveFrom(world));
    expect(await files()).toEqual(['evidence', 'slice-crm.former.json', 'slice-crm.inventory.yaml']);
    expect(await readdir(store.directory)).not.toContain('lock.json');
    expect((await store.ledger()).formerDigest()).toBe(second.digest);
  });

  it('keeps a policy, tags, parameters and whatever else differs from a default', async () => {
    const { run } = await slice();
    const world = sliceWorld();
    world.buckets['slice-crm-attachments'] = { policy: { Version: '2012-10-17', Statement: [] } };
    world.roles.crm_app = role({
      login: true,
      searchPath: ['crm', 'public'],
      parameters: { search_path: 'crm, public', statement_timeout: '5000', role: 'crm_contacts' },
    });
    Object.assign(world.instances['slice-crm-prod'] ?? {}, {
      StorageEncrypted: true,
      AutoMinorVersionUpgrade: false,
      TagList: [
        { Key: 'team', Value: 'crm' },
        { Key: 'aws:cloudformation:stack-name', Value: 'old' },
      ],
    });
    const { resources, absent } = await run(liveFrom(world));
    expect(absent).toEqual([]);
    expect(resources['bucket-policy:attachments']?.inputs).toEqual({
      bucket: 'slice-crm-attachments',
      policy: '{"Statement":[],"Version":"2012-10-17"}',
    });
    expect(resources['role:crm_app']?.inputs).toMatchObject({
      searchPaths: ['crm', 'public'],
      statementTimeout: 5000,
      assumeRole: 'crm_contacts',
    });
    expect(resources['rds-instance']?.inputs).toMatchObject({
      storageEncrypted: true,
      autoMinorVersionUpgrade: false,
      tags: { team: 'crm' },
    });
  });
});

describe('a live CRM that cannot be captured', () => {
  it('is told everything that is absent in one run', async () => {
    const found = await refusalOf((world) => {
      world.databases = {};
      world.roles = { bg_sealed: role({ login: true }) };
      world.instances = {};
      world.buckets = {};
      world.clients = {};
      world.connections = {};
    });
    expect(found.map(({ code }) => code)).toEqual(new Array(10).fill('capture-absent'));
    expect(found[0].exit).toBe('configuration');
    expect(found.map(({ detail }) => detail)).toContain('role crm_erp is not on the server');
  });

  it.each<[string, string, (world: World) => void]>([
    ['no schema', 'capture-absent', (world) => delete world.grants['crm/crm_contacts']],
    [
      'different rights in one schema',
      'capture-grants-not-uniform',
      (world) => (world.grants['crm/crm_contacts'] = grant({ uniform: false })),
    ],
    [
      'a grant option',
      'capture-grant-option',
      (world) => (world.grants['kyc/crm_documents'] = grant({ grantable: true })),
    ],
    [
      'an admin option',
      'capture-admin-option',
      (world) => (world.roles.crm_erp = role({ login: true, roles: ['x'], adminOf: ['x'] })),
    ],
    ['no break-glass login', 'capture-break-glass-unusable', (world) => delete world.roles.bg_sealed],
    [
      'a break-glass login that may not log in',
      'capture-break-glass-unusable',
      (world) => (world.roles.bg_sealed = role()),
    ],
    [
      'a time-out with a unit',
      'capture-role-parameter',
      (world) => (world.roles.crm_app = role({ login: true, parameters: { statement_timeout: '5s' } })),
    ],
    [
      'an option that the identity provider would lose',
      'connector-option-unknown',
      (world) => Object.assign(world.connections['crm-users']?.options ?? {}, { customScripts: {} }),
    ],
  ])('is refused with %s', async (_name, code, change) => {
    expect((await refusalOf(change)).map((problem) => problem.code)).toEqual([code]);
  });

  it('does not hide what else is wrong when one system cannot be reached', async () => {
    const { run, files } = await slice();
    const world = sliceWorld();
    world.buckets = {};
    const problems = defineProblems({ 'test-unreachable': { summary: 'No', exit: 'unreachable' } });
    const down = () =>
      Promise.reject(new TeardownError(problems('test-unreachable', { detail: 'no', hint: 'wait' })));
    const error = await errorOf(run({ ...liveFrom(world), instance: down, client: down }));
    expect(error.problems.map(({ code }) => code)).toEqual([
      'test-unreachable',
      'capture-absent',
      'test-unreachable',
    ]);
    expect(await files()).toEqual(['evidence', 'slice-crm.inventory.yaml']);
  });
});

describe('capturing in the middle of a teardown', () => {
  const intent = 'a'.repeat(64);
  const enter = (store: EvidenceStore, step: 'active' | 'read-only', from: 'active' | 'read-only' | null) =>
    store.append({
      kind: 'step-entered',
      step,
      from,
      entered: from === null ? 'start' : step === 'active' ? 'back' : 'forward',
      attempt: 1,
      intent,
      reason: 'test',
    });
  const reach = (store: EvidenceStore, step: 'active' | 'read-only') =>
    store.append({
      kind: 'step-reached',
      step,
      attempt: 1,
      checks: [{ name: 'all', verdict: 'passed', detail: 'ok', hint: '' }],
    });

  it('is allowed at active, before anything was narrowed', async () => {
    const { run, store } = await slice();
    await run(liveFrom(sliceWorld()));
    await enter(store, 'active', null);
    await expect(run(liveFrom(sliceWorld()))).resolves.toBeDefined();
    await reach(store, 'active');
    await expect(run(liveFrom(sliceWorld()))).resolves.toBeDefined();
  });

  it('is refused beyond active, file and ledger unchanged', async () => {
    const { run, store, former } = await slice();
    await run(liveFrom(sliceWorld()));
    const before = await readFile(former, 'utf8');
    await enter(store, 'active', null);
    await reach(store, 'active');
    await enter(store, 'read-only', 'active');
    const { head } = await store.ledger();
    const gone = { ...sliceWorld(), databases: {} };
    const error = await errorOf(run(liveFrom(gone)));
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]).toMatchObject({ code: 'capture-in-the-middle', exit: 'refused' });
    expect(await readFile(former, 'utf8')).toBe(before);
    expect((await store.ledger()).head).toEqual(head);
  });

  it('is refused back at active while the captured file stands, and before active is reached again', async () => {
    const { run, store } = await slice();
    await run(liveFrom(sliceWorld()));
    await enter(store, 'active', null);
    await reach(store, 'active');
    await enter(store, 'read-only', 'active');
    await enter(store, 'active', 'read-only');
    expect((await errorOf(run(liveFrom(sliceWorld())))).problems[0].code).toBe('capture-in-the-middle');
    await reach(store, 'active');
    expect((await errorOf(run(liveFrom(sliceWorld())))).problems[0].code).toBe('capture-in-the-middle');
  });
});
