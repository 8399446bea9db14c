import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadInventory } from '../../../inventory/index.ts';
import { allSteps } from '../../../lifecycle/index.ts';
import { inventoryFor, sampleSystem } from '../../../sandbox/world/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'world-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the inventory of the sample world', () => {
  it('can be read in one sitting, is refused for nothing and has something for every step', async () => {
    const path = inventoryFor(sampleSystem, directory);
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(120);
    const { plan } = await loadInventory(path);
    expect(plan).toEqual(allSteps);
  });

  it('names another system everywhere', () => {
    const text = readFileSync(inventoryFor('p-ab12', directory), 'utf8');
    expect(text).toContain('role: p_ab12_contacts');
    expect(text).not.toMatch(/acme[-_]crm/);
  });
});
