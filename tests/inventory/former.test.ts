import { describe, expect, it } from '@jest/globals';
import { digest } from '../../diagnostics/index.ts';
import { compareWithInventory, type FormerSettings, readFormer, sealFormer } from '../../inventory/former.ts';
import { readInventory } from '../../inventory/inventory.ts';
import { liveResources } from '../../inventory/resources.ts';
import { codes, edited, sliceText } from './slice.ts';

const unsealed: Omit<FormerSettings, 'digest'> = {
  version: 1,
  system: 'slice-crm',
  capturedAt: '2026-11-01T10:00:00.000Z',
  inventoryDigest: digest({}),
  resources: {
    'role:crm_app': {
      type: 'postgresql:index/role:Role',
      importId: 'crm_app',
      inputs: { name: 'crm_app', login: true, roles: ['crm_contacts'], connectionLimit: -1 },
    },
    'grant:crm_contacts': { type: 'postgresql:index/grant:Grant', inputs: { privileges: ['SELECT'] } },
  },
  absent: ['bucket-policy:attachments'],
};

const sealed = sealFormer(unsealed);
const text = JSON.stringify(sealed, undefined, 2);

function read(content: string, system = 'slice-crm') {
  return readFormer(content, 'slice-crm.former.json', system);
}

describe('sealed former settings', () => {
  it('are read back as they were captured', () => {
    expect(read(text)).toEqual({ problems: [], former: sealed });
  });

  it('are the same after another tool has ordered and laid out the JSON anew', () => {
    const reordered = Object.fromEntries(Object.entries(sealed).reverse());
    expect(read(JSON.stringify(reordered)).former).toEqual(sealed);
  });

  it('leave out an import id that is undefined', () => {
    const resources = { 'grant:x': { type: 't', importId: undefined, inputs: {} } };
    const again = sealFormer({ ...unsealed, resources });
    expect(read(JSON.stringify(again)).problems).toEqual([]);
  });

  it.each([
    ['a right', '"SELECT"', '"ALL"'],
    ['a flag', '"login": true', '"login": false'],
    ['a number', '-1\n', '5\n'],
    ['the type', 'role:Role', 'role:Rule'],
    ['the time', '2026-11-01', '2026-11-02'],
    ['the list of what is absent', '"bucket-policy:attachments"', '"bucket-policy:x"'],
    ['the digest', sealed.digest, digest('something else')],
  ])('are refused when somebody edited %s in the middle', (_, find, replace) => {
    const changed = text.replace(find, replace);
    expect(changed).not.toBe(text);
    const { former, problems } = read(changed);
    expect(former).toBeUndefined();
    expect(codes(problems)).toEqual(['former-edited']);
    expect(problems[0]?.place?.line).toBe(text.split('\n').length - 1);
    expect(problems[0]?.hint).toContain('version control');
  });

  it('do not advise to capture again when they were edited, since that would record narrowed settings', () => {
    const { problems } = read(text.replace('"SELECT"', '"ALL"'));
    expect(problems[0]?.hint).not.toMatch(/^teardown capture/);
  });

  it('of another system are refused', () => {
    const { former, problems } = read(text, 'other-crm');
    expect(former).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'former-other-system', place: { line: 3, column: 13 } }]);
  });

  it('that cannot be parsed are refused without being quoted', () => {
    const { problems } = read(text.slice(0, 300));
    expect(codes(problems)).toEqual(['former-not-json']);
    expect(problems[0]?.detail).not.toContain('crm');
  });

  it.each([
    ['nothing', '', 'former-not-json'],
    ['a list', '[]', 'former-wrong-shape'],
    ['null', 'null', 'former-wrong-shape'],
    ['another version', text.replace('"version": 1', '"version": 2'), 'former-wrong-shape'],
    ['a key too many', text.replace('"version"', '"extra": 1,\n"version"'), 'former-wrong-shape'],
    ['inputs that are a list', text.replace(/"inputs": \{[^}]*\}/, '"inputs": []'), 'former-wrong-shape'],
    ['a digest that is none', text.replace(sealed.digest, 'abc'), 'former-wrong-shape'],
  ])('that are %s are refused', (_, content, code) => {
    const { former, problems } = read(content);
    expect(former).toBeUndefined();
    expect(codes(problems)).toEqual([code]);
    expect(problems[0]?.place?.file).toBe('slice-crm.former.json');
  });

  it('notice a key that objects would swallow', () => {
    const { former } = read(text.replace('"inputs": {', '"inputs": { "__proto__": { "superuser": true },'));
    expect(former).toBeUndefined();
  });
});

describe('former settings beside an inventory', () => {
  const place = { file: 'f', line: 1, column: 1 };
  const inventoryOf = (content: string) => {
    const { inventory } = readInventory(content, 'i.yaml');
    if (inventory === undefined) throw new Error('the inventory is not valid');
    return inventory;
  };
  const slice = inventoryOf(sliceText);
  const complete = (leftOut: readonly string[] = [], more: readonly string[] = []) =>
    sealFormer({
      ...unsealed,
      resources: Object.fromEntries(
        [...liveResources(slice).map(({ name }) => name), ...more]
          .filter((name) => !leftOut.includes(name))
          .map((name) => [name, { type: 't', inputs: {} }]),
      ),
      absent: [],
    });

  it('name every live resource of the slice by its logical name', () => {
    expect(liveResources(slice).map(({ name }) => name)).toEqual([
      'rds-instance',
      'database',
      'database-access',
      'role:crm_documents',
      'role:crm_contacts',
      'grant:crm_documents',
      'grant:crm_contacts',
      'connection:crm-users',
      'connection-clients:crm-users',
      'client:crm-portal',
      'bucket:attachments',
      'bucket-policy:attachments',
      'role:crm_erp',
      'role:crm_app',
      'role:crm_admin',
    ]);
  });

  it('match when each is captured, or absent', () => {
    expect(compareWithInventory(complete(), slice, place)).toEqual([]);
    const former = sealFormer({ ...complete(['role:crm_app']), absent: ['role:crm_app'] });
    expect(compareWithInventory(former, slice, place)).toEqual([]);
  });

  it('are incomplete when the inventory grew after the capture', () => {
    const problems = compareWithInventory(complete(['role:crm_erp', 'bucket:attachments']), slice, place);
    expect(codes(problems)).toEqual(['former-incomplete', 'former-incomplete']);
    expect(problems.map(({ detail }) => detail.split(' ')[0])).toEqual([
      '"bucket:attachments"',
      '"role:crm_erp"',
    ]);
  });

  it('know a stranger when an entry was taken out of the inventory after the capture', () => {
    const problems = compareWithInventory(complete([], ['role:crm_reports']), slice, place);
    expect(codes(problems)).toEqual(['former-stranger']);
    expect(problems[0]?.detail).toContain('"role:crm_reports"');
  });

  it('may lack a shared carrier, which the stack leaves alone', () => {
    const shared = inventoryOf(edited({ 'database.instance.ownership': 'shared' }));
    expect(compareWithInventory(complete(['rds-instance']), shared, place)).toEqual([]);
    expect(compareWithInventory(complete(['database']), shared, place)).toHaveLength(1);
  });
});
