import { describe, expect, it } from '@jest/globals';
import { readInventory } from '../../inventory/inventory.ts';
import { parseYaml } from '../../inventory/positions.ts';
import { places, sliceText } from './slice.ts';

/** The slice with one text replaced; fails if it is not there. */
function replaced(find: string, replace: string): string {
  if (!sliceText.includes(find)) throw new Error(`the slice has no ${find}`);
  return sliceText.replace(find, replace);
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

function only(text: string) {
  const { problems } = readInventory(text, 'crm.inventory.yaml');
  expect(problems).toHaveLength(1);
  return problems[0];
}

describe('the place of a problem', () => {
  it('of an unknown key is the key', () => {
    const text = replaced('timing: { notice: "30 days" }', 'timing: { notice: "30 days", quiet: 3 }');
    expect(places(text)).toEqual([`inventory-unknown-key ${lineOf(text, 'timing:')}:30`]);
  });

  it('of an unknown key at the top is the key', () => {
    const text = `${sliceText}extra: 1\n`;
    expect(places(text)).toEqual([`inventory-unknown-key ${lineOf(text, 'extra:')}:1`]);
  });

  it('of a missing key is its map', () => {
    const text = replaced('{ name: crm-users, ownership: exclusive }', '{ name: crm-users }');
    expect(places(text)).toEqual([`inventory-missing-key ${lineOf(text, 'connections:')}:18`]);
  });

  it('of a missing key of the file is where the file begins to speak', () => {
    const text = replaced('system: slice-crm\n', '');
    expect(places(text)).toEqual([`inventory-missing-key ${lineOf(text, 'reason:')}:1`]);
  });

  it('of a wrong value is the value', () => {
    const text = replaced('keep: "6 months"', 'keep: 6');
    const line = lineOf(text, 'identity: { sensitivity');
    const column = (text.split('\n')[line - 1] ?? '').indexOf('6,') + 1;
    expect(places(text)).toEqual([`inventory-wrong-type ${line}:${column}`]);
  });

  it('of an entry in a list is the entry', () => {
    const text = replaced('data: [identity]', 'data: [identity, passport]');
    expect(places(text)).toEqual([
      `inventory-dangling-reference ${lineOf(text, '- { name: identity-documents')}:50`,
    ]);
  });

  it('of a bad name among the data classes is that name', () => {
    const text = replaced('  contact:  {', '  Contact:  {').replaceAll('[contact]', '[identity]');
    expect(places(text)).toContain(`inventory-wrong-value ${lineOf(text, 'Contact:')}:3`);
  });

  it('counts columns rightly after Windows line ends and a byte order mark', () => {
    const text = replaced('system: slice-crm', 'system: Slice').replaceAll('\n', '\r\n');
    expect(places(text)).toEqual([`inventory-wrong-value ${lineOf(text, 'system:')}:9`]);
  });
});

describe('a text that is no inventory at all', () => {
  it.each([
    ['', 'inventory-empty 1:1'],
    ['# only a comment\n', 'inventory-empty 1:1'],
    ['~', 'inventory-empty 1:1'],
    ['just words', 'inventory-wrong-type 1:1'],
    ['- a\n- b\n', 'inventory-wrong-type 1:1'],
    ['42', 'inventory-wrong-type 1:1'],
  ])('%j is refused', (text, expected) => {
    expect(places(text)).toEqual([expected]);
  });

  it.each([
    ['an unclosed list', 'modules: [a, b', 'inventory-not-yaml'],
    ['an unclosed quote', 'system: "abc', 'inventory-not-yaml'],
    ['a tab as indentation', 'reason:\n\tcode: x', 'inventory-not-yaml'],
    ['two documents', 'a: 1\n---\nb: 2', 'inventory-not-yaml'],
    ['a tag', 'system: !ruby/object x', 'inventory-not-yaml'],
    ['a key that is a list', '? [a]\n: 1', 'inventory-not-yaml'],
    ['a key twice', 'system: a\nsystem: b', 'inventory-duplicate-key'],
    ['an anchor', 'system: &x a', 'inventory-alias'],
    ['an alias', 'system: *x', 'inventory-alias'],
    ['a key of the language underneath', '__proto__: { system: a }', 'inventory-unknown-key'],
  ])('%s is refused', (_, text, code) => {
    const found = places(text);
    expect(found.length).toBeGreaterThan(0);
    for (const place of found) expect(place).toMatch(new RegExp(`^${code} [1-9]\\d*:[1-9]\\d*$`));
  });

  it('is refused quickly when aliases would blow it up', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`,
    );
    const found = places(['l0: &l0 [x]', ...levels].join('\n'));
    expect(new Set(found.map((place) => place.split(' ')[0]))).toEqual(new Set(['inventory-alias']));
    expect(found.length).toBeLessThanOrEqual(20);
  });

  it.each(['[', '{a: ', '- ', '? ', '"'])('is refused when it is ten thousand times %j', (text) => {
    expect(places(text.repeat(10_000)).length).toBeGreaterThan(0);
  });

  it('is not quoted in the problem, since it may hold a secret', () => {
    const text = 'credentials: postgres://u:hunter2@h/db\n  x: "hunter2\n';
    const { problems } = readInventory(text, 'crm.inventory.yaml');
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['inventory-not-yaml']));
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('a value that may be a secret', () => {
  it.each([
    [
      'credentials: env:CRM_DATABASE_URL',
      'credentials: postgres://admin:hunter2@db/postgres',
      'inventory-credential-value',
    ],
    ['credentials: env:CRM_DATABASE_URL', 'credentials: hunter2', 'inventory-credential-value'],
    ['credentials: env:CRM_DATABASE_URL', 'credentials: { password: hunter2 }', 'inventory-credential-value'],
    ['bucket: slice-crm-attachments', 'bucket: https://k:hunter2@s3/b', 'inventory-wrong-value'],
    ['login: crm_app', 'login: "password=hunter2"', 'inventory-wrong-value'],
    ['system: slice-crm', 'system: slice-crm\n"postgres://u:hunter2@h/db": 1', 'inventory-unknown-key'],
  ])('%s written as %s is refused without showing it', (find, replace, code) => {
    const problem = only(replaced(find, replace));
    expect(problem?.code).toBe(code);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });
});

describe('hints', () => {
  it.each([
    ['timing:', 'timming:', 'did you mean "timing"? Otherwise remove it'],
    ['role: crm_contacts', 'rol: crm_contacts', 'did you mean "role"? Otherwise remove it'],
    ['instance: { id:', 'instance: { idd:', 'did you mean "id"? Otherwise remove it'],
    ['sms: absent', 'SMS: absent', 'did you mean "sms"? Otherwise remove it'],
    [
      'hold: none }',
      'hold: none, colour: red }',
      'remove it; dataClasses.contact may have: sensitivity, basis, keep, hold',
    ],
    [
      ', ownership: exclusive }\n  name: slice_crm',
      ' }\n  name: slice_crm',
      'write "ownership: exclusive" if nobody but this CRM uses it, else "ownership: shared"',
    ],
    ['login: crm_app', 'login: 123', 'put it in quotes: "123"'],
    ['kind: rds-postgresql ', 'kind: mysql ', 'change it: it must be one of: rds-postgresql, postgresql'],
    [
      'enforcedBy: database-role, ',
      '',
      'write "enforcedBy: database-role" with the role and schema that hold the right',
    ],
    ['notice: "30 days"', 'notice: 30', 'write a whole number and a unit in quotes: "30 days"'],
    ['keep: "3 years"', 'keep: "three years"', 'write a whole number and a unit in quotes: "3 years"'],
    [
      'evidenceStore: ./evidence ',
      'evidenceStore: s3://bucket/x ',
      'change it: it must be a directory; other stores are not built yet',
    ],
  ])('%j written as %j: %s', (find, replace, hint) => {
    const { problems } = readInventory(replaced(find, replace), 'crm.inventory.yaml');
    expect(problems.map((problem) => problem.hint)).toContain(hint);
  });
});

describe('parseYaml', () => {
  it('gives the value and the place of each part of it', () => {
    const source = parseYaml('a:\n  - b: 1\n    "c d": [2,  3]\n', 'f.yaml');
    if (!('value' in source)) throw new Error('not parsed');
    expect(source.value).toEqual({ a: [{ b: 1, 'c d': [2, 3] }] });
    const at = (...path: (string | number)[]) => source.placeOf(path);
    expect(at()).toEqual({ file: 'f.yaml', line: 1, column: 1 });
    expect(at('a', 0, 'b')).toEqual({ file: 'f.yaml', line: 2, column: 8 });
    expect(at('a', 0, 'c d', 1)).toEqual({ file: 'f.yaml', line: 3, column: 17 });
    expect(source.placeOf(['a', 0, 'c d'], 'key')).toEqual({ file: 'f.yaml', line: 3, column: 5 });
    expect(at('a', 0, 'nothing', 'below')).toEqual({ file: 'f.yaml', line: 2, column: 5 });
  });
});
