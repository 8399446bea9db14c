import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { digest, TeardownError } from '../../diagnostics/index.ts';
import { loadInventory, loadSettings, type StackSettings, sealFormer } from '../../inventory/index.ts';
import { liveResources } from '../../inventory/resources.ts';
import { codes, edited, type Edits, sliceText } from './slice.ts';

let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'teardown-inventory-'));
  mkdirSync(join(root, 'crm'));
  writeFileSync(join(root, 'index.ts'), 'export {};\n');
  place('crm/crm.inventory.yaml', sliceText);
  const { inventory, inventoryDigest } = await loadInventory(join(root, 'crm/crm.inventory.yaml'));
  const resources = Object.fromEntries(
    liveResources(inventory).map(({ name }) => [name, { type: 't', inputs: {} }]),
  );
  const capturedAt = '2026-11-01T10:00:00.000Z';
  const former = sealFormer({
    version: 1,
    system: 'slice-crm',
    capturedAt,
    inventoryDigest,
    resources,
    absent: [],
  });
  place('crm/slice-crm.former.json', JSON.stringify(former));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

function place(name: string, content: string | Uint8Array): void {
  writeFileSync(join(root, name), content);
}

function variant(name: string, edits: Edits): string {
  place(`crm/${name}`, edited(edits));
  return `crm/${name}`;
}

const good: StackSettings = { stage: 'active', reason: 'start', inventory: 'crm/crm.inventory.yaml' };

function load(changes: Partial<StackSettings> = {}) {
  return loadSettings({ ...good, ...changes }, root);
}

async function problemsOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TeardownError);
  return (error as TeardownError).problems;
}

describe('good settings', () => {
  it('tell the program everything, with absolute paths', async () => {
    const settings = await load();
    expect(settings).toMatchObject({ stage: 'active', reason: 'start' });
    expect(settings.plan).toHaveLength(14);
    expect(settings.evidenceStore).toBe(join(root, 'crm/evidence'));
    expect(settings.paths).toEqual({
      inventory: join(root, 'crm/crm.inventory.yaml'),
      former: join(root, 'crm/slice-crm.former.json'),
    });
    expect(settings.gate).toEqual({
      step: 'active',
      reason: 'start',
      plan: settings.plan,
      evidenceStore: settings.evidenceStore,
      digests: {
        inventory: digest(settings.inventory),
        former: settings.former.digest,
        program: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      },
      facts: {
        unknownFeatures: [],
        notices: [{ to: 'customers', sent: '2026-09-01', leadTime: '30 days' }],
      },
      lookouts: [
        { kind: 'database', credentials: 'env:CRM_DATABASE_URL', name: 'slice_crm' },
        { kind: 'rds-instance', id: 'slice-crm-prod' },
        { kind: 'bucket', name: 'slice-crm-attachments' },
      ],
    });
  });

  it('do not judge whether the stage is a step: that is the gate, which knows where the system stands', async () => {
    expect((await load({ stage: 'red-only' })).stage).toBe('red-only');
  });

  it('load with unknown features, which the first gate refuses', async () => {
    const inventory = variant('unknown.yaml', {
      'features.sms': 'unknown',
      'features.dashboards': 'unknown',
    });
    expect((await load({ inventory })).facts.unknownFeatures).toEqual(['sms', 'dashboards']);
  });

  it('load with notices that are not sent yet, or none, which the first gate refuses', async () => {
    const inventory = variant('quiet.yaml', { notices: [] });
    expect((await load({ inventory })).facts.notices).toEqual([]);
  });

  it('have one digest for one inventory, whatever its comments and layout', async () => {
    const inventory = 'crm/plain.json';
    place(inventory, JSON.stringify(parse(sliceText)));
    expect((await load({ inventory })).inventoryDigest).toBe((await load()).inventoryDigest);
    const other = variant('other.yaml', { 'timing.notice': '31 days' });
    expect((await load({ inventory: other })).inventoryDigest).not.toBe((await load()).inventoryDigest);
  });

  it('leave merged waves out of the plan', async () => {
    const inventory = variant('merged.yaml', { together: [['sensitive', 'modules', 'interfaces']] });
    const { plan } = await load({ inventory });
    expect(plan).toHaveLength(12);
    expect(plan).toContain('revoked/interfaces');
    expect(plan).not.toContain('revoked/sensitive');
  });
});

describe('bad settings', () => {
  it.each(['stage', 'reason', 'inventory'] as const)(
    'are refused when %s is missing or blank',
    async (name) => {
      for (const value of [undefined, '', ' \t\n']) {
        const problems = await problemsOf(load({ [name]: value }));
        expect(codes(problems)).toEqual(['settings-missing']);
        expect(problems[0].detail).toContain(`"${name}"`);
        expect(problems[0].hint).toMatch(new RegExp(`^pulumi config set ${name} `));
      }
    },
  );

  it('are refused without former settings, with the command that makes them', async () => {
    const inventory = variant('new.yaml', { system: 'new-crm' });
    const problems = await problemsOf(load({ inventory }));
    expect(problems).toMatchObject([
      { code: 'former-missing', hint: 'teardown capture', place: { file: 'crm/new-crm.former.json' } },
    ]);
  });

  it('are refused when the former settings lack what the inventory lists', async () => {
    const inventory = variant('grown.yaml', {
      'services.1': { name: 'mailer', login: 'crm_mailer', ownership: 'exclusive' },
    });
    expect(await problemsOf(load({ inventory }))).toMatchObject([{ code: 'former-incomplete' }]);
  });

  it('report the problems of all files in one run, each with its file as the user named it', async () => {
    place('crm/broken.former.json', '{');
    const inventory = variant('broken.yaml', { system: 'broken', timing: {}, surprise: true });
    const problems = await problemsOf(load({ inventory, reason: '' }));
    expect(problems.map(({ code, place: where }) => [code, where?.file])).toEqual([
      ['settings-missing', undefined],
      ['inventory-missing-key', 'crm/broken.yaml'],
      ['inventory-unknown-key', 'crm/broken.yaml'],
      ['former-not-json', 'crm/broken.former.json'],
    ]);
    expect(new Set(problems.map(({ exit }) => exit))).toEqual(new Set(['configuration']));
  });
});

describe('an inventory file', () => {
  it.each([
    ['crm/none.yaml', 'inventory-missing'],
    ['crm/crm.inventory.yaml/below', 'inventory-missing'],
    ['crm', 'inventory-unreadable'],
  ])('at %s is refused: %s', async (inventory, code) => {
    expect(await problemsOf(load({ inventory }))).toMatchObject([{ code, place: { file: inventory } }]);
  });

  it('that is not text is refused', async () => {
    place('crm/binary.yaml', Uint8Array.of(0xff, 0xfe, 0x00));
    const problems = await problemsOf(load({ inventory: 'crm/binary.yaml' }));
    expect(problems).toMatchObject([
      { code: 'inventory-unreadable', detail: 'crm/binary.yaml: it is not UTF-8 text' },
    ]);
  });

  it('that is huge is refused before it is read', async () => {
    place('crm/huge.yaml', new Uint8Array(5 * 1024 * 1024));
    const problems = await problemsOf(load({ inventory: 'crm/huge.yaml' }));
    expect(problems[0].detail).toContain('larger than 4 MiB');
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('that may not be read is refused', async () => {
    place('crm/secret.yaml', sliceText);
    chmodSync(join(root, 'crm/secret.yaml'), 0);
    expect(await problemsOf(load({ inventory: 'crm/secret.yaml' }))).toMatchObject([
      { code: 'inventory-unreadable' },
    ]);
  });

  it('can be loaded alone, before there are former settings', async () => {
    const path = join(root, variant('alone.yaml', { system: 'alone' }));
    const loaded = await loadInventory(path);
    expect(loaded.inventory.system).toBe('alone');
    expect(loaded.paths.former).toBe(join(root, 'crm/alone.former.json'));
  });
});
