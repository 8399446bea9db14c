import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { projectRoot } from '../../../sandbox/install/index.ts';
import { inventoryFor } from '../../../sandbox/slice/inventory.ts';
import { namesOf, sliceSystem } from '../../../sandbox/slice/names.ts';

const directory = mkdtempSync(join(tmpdir(), 'crm-teardown-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the names of a world', () => {
  it('are those of the committed inventory for the sample', () => {
    expect(namesOf(sliceSystem)).toMatchObject({
      database: 'slice_crm',
      application: 'crm_app',
      client: 'crm-portal',
    });
  });

  it('are all different for another system, so that two worlds share no thing', () => {
    const sample = new Set<string>(Object.values(namesOf(sliceSystem)));
    const other = Object.values(namesOf('other-7')) as string[];
    expect(new Set(other).size).toBe(other.length);
    expect(other.filter((name) => sample.has(name))).toEqual([]);
  });

  it.each(['', 'Slice', 'a b', '-a', 'a--b', 'a_b', 'x'.repeat(31)])('are refused for "%s"', (system) => {
    expect(() => namesOf(system)).toThrow(RangeError);
  });
});

describe('the inventory of a world', () => {
  it('is the committed one with other names, and byte for byte the same for the sample', () => {
    const committed = join(projectRoot, 'sandbox', 'slice', 'slice-crm.inventory.yaml');
    const copy = inventoryFor(sliceSystem, join(directory, 'new', 'folder'));
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(committed, 'utf8'));
    const other = parse(readFileSync(inventoryFor('other-7', directory), 'utf8')) as Record<string, unknown>;
    expect(other).toMatchObject({
      system: 'other-7',
      database: { name: 'other_7', instance: { id: 'other-7-prod' }, credentials: 'env:CRM_DATABASE_URL' },
      services: [{ name: 'crm-app', login: 'crm_app_other_7' }],
    });
  });
});
