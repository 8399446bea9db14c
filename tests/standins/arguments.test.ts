import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unknown } from '../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfUpdate,
} from '../../sandbox/standins/arguments.ts';

const table: Arguments = {
  name: { kind: 'string', required: true, replaces: true },
  login: { kind: 'boolean', default: false },
  limit: { kind: 'number', default: -1, refuse: (value) => (Number(value) < -1 ? 'too small' : undefined) },
  roles: { kind: 'set' },
  paths: { kind: 'list' },
  tags: { kind: 'map' },
  policy: { kind: 'json' },
  owner: { kind: 'string', computed: true },
  password: { kind: 'string', secret: true },
};

function state(outputs: Record<string, unknown>, inputs: Record<string, unknown> = {}) {
  return { id: 'id', inputs, outputs };
}

function changes(news: Record<string, unknown>, outputs: Record<string, unknown>) {
  return differenceOf(table, checkArguments(table, news).inputs, state(outputs)).changes;
}

describe('arguments of a stand-in', () => {
  it('refuse a property the table does not list, and name it in the text only', () => {
    const { failures } = checkArguments(table, { name: 'a', passwordWo: 'hush' });
    expect(failures).toEqual([
      { property: '', reason: expect.stringContaining('passwordWo: unknown property') },
    ]);
  });

  it.each([
    ['login', 'yes'],
    ['limit', '5'],
    ['limit', -2],
    ['roles', 'one'],
    ['roles', [1]],
    ['tags', { a: 1 }],
    ['policy', '{'],
    ['policy', { Version: '2012-10-17' }],
  ])('refuse %s = %j', (name, value) => {
    const { failures } = checkArguments(table, { name: 'a', [name]: value });
    expect(failures).toEqual([{ property: name, reason: expect.stringContaining(`${name}: `) }]);
  });

  it('never report a secret by its property, because the engine prints the value of what is reported', () => {
    expect(checkArguments(table, { name: 'a', password: 5 }).failures).toEqual([
      { property: '', reason: 'password: is not a string' },
    ]);
  });

  it('fill in defaults, miss what is required, and let a value unknown in a preview pass', () => {
    expect(checkArguments(table, { limit: unknown, roles: [unknown] })).toEqual({
      inputs: { limit: unknown, roles: [unknown], login: false },
      failures: [{ property: '', reason: 'name: missing' }],
    });
  });

  it('treat null as left out', () => {
    expect(checkArguments(table, { name: 'a', login: null }).inputs).toEqual({
      name: 'a',
      login: false,
      limit: -1,
    });
  });
});

describe('the difference between a program and the state', () => {
  const same = { name: 'a', login: false, limit: -1 };

  it('is one entry for each changed property, and replaces only where the table says so', () => {
    const news = checkArguments(table, { name: 'b', login: true, roles: ['x'] }).inputs;
    expect(differenceOf(table, news, state(same))).toEqual({
      changes: { name: 'update', login: 'update', roles: 'add' },
      replaces: ['name'],
    });
  });

  it('takes a computed argument that is left out as it is, and any other as taken away', () => {
    expect(changes({ name: 'a' }, { ...same, owner: 'me', tags: { a: 'b' } })).toEqual({ tags: 'delete' });
  });

  it('does not see an argument that is left out and empty in state', () => {
    expect(changes({ name: 'a' }, { ...same, tags: {}, roles: [], password: '' })).toEqual({});
  });

  it('sees a false that state has never had, but no empty list', () => {
    expect(changes({ name: 'a', roles: [] }, { name: 'a', limit: -1 })).toEqual({ login: 'add' });
  });

  it('compares sets without their order and lists with it', () => {
    const news = { name: 'a', roles: ['x', 'y'], paths: ['x', 'y'] };
    expect(changes(news, { ...same, roles: ['y', 'x'], paths: ['y', 'x'] })).toEqual({ paths: 'update' });
  });

  it('compares JSON by its meaning', () => {
    const outputs = { ...same, policy: '{"a":1,"b":2}' };
    expect(changes({ name: 'a', policy: '{ "b": 2, "a": 1 }' }, outputs)).toEqual({});
    expect(changes({ name: 'a', policy: '{"a":2,"b":2}' }, outputs)).toEqual({ policy: 'update' });
  });

  it('counts a value unknown in a preview as a change', () => {
    expect(changes({ name: 'a', limit: unknown }, same)).toEqual({ limit: 'update' });
  });

  it('is empty for the inputs of an import', () => {
    const outputs = fc.record({
      name: fc.string({ minLength: 1 }),
      login: fc.boolean(),
      limit: fc.integer({ min: -1 }),
      roles: fc.array(fc.string()),
      paths: fc.array(fc.string()),
      tags: fc.dictionary(fc.string(), fc.string()),
      owner: fc.string(),
    });
    fc.assert(
      fc.property(outputs, (live) => {
        const imported = inputsFrom(table, live, state({}));
        expect(changes({ ...imported }, live)).toEqual({});
      }),
    );
  });
});

it('a refresh brings the inputs the program had given, at their live values', () => {
  const inputs = inputsFrom(
    table,
    { name: 'a', login: true, owner: 'me' },
    state({ name: 'a' }, { name: 'a', login: false }),
  );
  expect(inputs).toEqual({ name: 'a', login: true });
});

it('a preview of an update keeps computed outputs and drops arguments that are taken away', () => {
  const old = state({ name: 'a', login: true, tags: { a: 'b' }, owner: 'me', arn: 'arn' });
  expect(previewOfUpdate(table, { name: 'a', login: false }, old)).toEqual({
    name: 'a',
    login: false,
    owner: 'me',
    arn: 'arn',
  });
});
