import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readInventory } from '../../inventory/inventory.ts';
import { readFormer, sealFormer } from '../../inventory/former.ts';
import { fuzzLimit, tries } from '../fuzz.ts';
import { sliceText } from './slice.ts';

type Mutation = (value: unknown) => void;
type Parent = Record<string, unknown> | unknown[];

/** All places in a value that can be changed: a map or list and one of its keys. */
function spots(value: unknown): { parent: Parent; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Parent;
  return Object.entries(value).flatMap(([key, child]) => [{ parent, key }, ...spots(child)]);
}

function pick<T>(items: readonly T[], nat: number): T | undefined {
  return items[nat % Math.max(items.length, 1)];
}

const anything = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1.5,
    Infinity,
    '',
    ' ',
    'x',
    [],
    {},
    [[]],
    { name: 'a' },
    'exclusive',
    'postgres',
    '30 days',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const keys = fc.oneof(
  fc.constantFrom('ownership', 'name', 'data', 'constructor', 'toString', '__proto__', 'enforcedby'),
  fc.string({ maxLength: 8 }),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.nat().map((n) => (value: unknown) => {
    const spot = pick(spots(value), n);
    if (spot === undefined) return;
    if (Array.isArray(spot.parent)) spot.parent.splice(Number(spot.key), 1);
    else Reflect.deleteProperty(spot.parent, spot.key);
  }),
  fc.tuple(fc.nat(), anything).map(([n, put]) => (value: unknown) => {
    const spot = pick(spots(value), n);
    if (spot !== undefined) Reflect.set(spot.parent, spot.key, structuredClone(put));
  }),
  fc.tuple(fc.nat(), keys, anything).map(([n, key, put]) => (value: unknown) => {
    const spot = pick(spots(value), n);
    if (Array.isArray(spot?.parent)) spot.parent.push(structuredClone(put));
    else if (spot !== undefined) {
      const property = { value: structuredClone(put), enumerable: true, configurable: true, writable: true };
      Object.defineProperty(spot.parent, key, property);
    }
  }),
);

const mutatedText = fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
  const value = structuredClone(slice);
  for (const mutate of mutations) mutate(value);
  return stringify(value);
});

const slice: unknown = parse(sliceText);

/** The text itself damaged: cut off, a part repeated, a piece put in. */
const damaged = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(60),
      fc.oneof(
        fc.constantFrom('', '\n', '\t', '{', '[', ': ', '- ', '&a ', '*a', '"', '#', '---\n', '!!x ', '%'),
        fc.string({ unit: 'binary' }),
      ),
    )
    .map(([at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length));

const truncatedText = fc.nat(sliceText.length).map((at) => sliceText.slice(0, at));

/** Either a value and no problem, or problems that each say what, where and what to do. */
function expectAnswer(text: string): boolean {
  const { inventory, problems } = readInventory(text, 'crm.inventory.yaml');
  expect(inventory === undefined).toBe(problems.length > 0);
  const lines = text.split('\n').length;
  const incomplete = problems.filter(({ code, detail, hint, place, exit }) => {
    const { file, line = 0, column = 0 } = place ?? {};
    const placed = file === 'crm.inventory.yaml' && line >= 1 && line <= lines && column >= 1;
    return !(placed && code.startsWith('inventory-') && detail && hint && exit === 'configuration');
  });
  expect(incomplete).toEqual([]);
  return inventory !== undefined;
}

describe('an inventory changed at random', () => {
  it(
    'is either valid or refused with code, hint and place; it never crashes',
    () => {
      let valid = 0;
      const runs = tries(2000);
      fc.assert(
        fc.property(
          fc.oneof({ weight: 3, arbitrary: mutatedText }, damaged(sliceText), truncatedText),
          (text) => {
            if (expectAnswer(text)) valid += 1;
          },
        ),
        runs,
      );
      // The property must not hold only because everything is refused at the door.
      expect(valid).toBeGreaterThan(runs.numRuns / 200);
      expect(valid).toBeLessThan(runs.numRuns / 2);
    },
    fuzzLimit,
  );
});

describe('former settings changed at random', () => {
  const resources = {
    'role:a': { type: 't', importId: 'a', inputs: { name: 'a', roles: ['b'], limit: -1 } },
  };
  const capturedAt = '2026-11-01T10:00:00.000Z';
  const inventoryDigest = 'a'.repeat(64);
  const text = JSON.stringify(
    sealFormer({ version: 1, system: 'crm', capturedAt, inventoryDigest, resources, absent: ['x'] }),
  );

  it(
    'are never accepted unless they say the same',
    () => {
      const changedText = fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
        const value: unknown = JSON.parse(text);
        for (const mutate of mutations) mutate(value);
        return JSON.stringify(value);
      });
      const cutText = fc.nat(text.length - 1).map((at) => text.slice(0, at));
      const changes = fc.oneof({ weight: 2, arbitrary: changedText }, damaged(text), cutText);
      fc.assert(
        fc.property(changes, (content) => {
          const { former, problems } = readFormer(content, 'f.json', 'crm');
          expect(former === undefined).toBe(problems.length > 0);
          if (former !== undefined) expect(JSON.parse(content)).toEqual(JSON.parse(text));
          for (const { code, hint, place } of problems) {
            expect(code).toMatch(/^former-/);
            expect(hint).not.toBe('');
            expect(place?.line).toBeGreaterThanOrEqual(1);
          }
        }),
        tries(2000),
      );
    },
    fuzzLimit,
  );
});
