import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { inventoryJsonSchema } from '../../inventory/index.ts';
import { projectRoot, sliceText } from './slice.ts';

describe('inventory.schema.json', () => {
  it('is what the schema says; if this fails: npm run schema', () => {
    const committed = readFileSync(`${projectRoot}/inventory/inventory.schema.json`, 'utf8');
    expect(JSON.parse(committed)).toEqual(inventoryJsonSchema());
  });

  it('is named by the sample inventory, so that editors find it', () => {
    expect(sliceText.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../../inventory/inventory.schema.json',
    );
  });

  it('requires ownership wherever it can be said, and refuses unknown keys in every map', () => {
    const maps: {
      properties: Record<string, unknown>;
      required?: string[];
      additionalProperties: unknown;
    }[] = [];
    JSON.stringify(inventoryJsonSchema(), (_, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'properties' in value) maps.push(value as never);
      return value;
    });
    expect(maps.length).toBeGreaterThan(15);
    const owned = maps.filter(({ properties }) => 'ownership' in properties);
    expect(owned).toHaveLength(13);
    for (const { required } of owned) expect(required).toContain('ownership');
    for (const { additionalProperties } of maps) expect(additionalProperties).toBe(false);
  });
});
