import { describe, expect, it } from '@jest/globals';
import { literalsOf, type StateResource } from '../../bench/literals.ts';

const urn = (types: string, name: string) => `urn:pulumi:stack::project::${types}::${name}`;
const role = urn('teardown:components:Database$postgresql:index/role:Role', 'role:a');
const grant = urn('teardown:components:Database$postgresql:index/grant:Grant', 'grant:a');
const gate = urn('teardown:index:Gate', 'gate');

const state: readonly StateResource[] = [
  { urn: urn('pulumi:pulumi:Stack', 'stack'), type: 'pulumi:pulumi:Stack', custom: false },
  { urn: urn('pulumi:providers:aws', 'default'), type: 'pulumi:providers:aws', custom: true },
  { urn: gate, type: 'teardown:index:Gate', custom: true, protect: true },
  { urn: urn('teardown:components:Database', 'd'), type: 'teardown:components:Database', custom: false },
  {
    urn: role,
    type: 'postgresql:index/role:Role',
    custom: true,
    inputs: { name: 'a', roles: [] },
    importID: 'a',
    protect: true,
  },
  {
    urn: grant,
    type: 'postgresql:index/grant:Grant',
    custom: true,
    inputs: { role: 'a' },
    dependencies: [gate, role],
    deletedWith: role,
    ignoreChanges: ['role'],
    retainOnDelete: true,
  },
];

describe('literal resources of a state', () => {
  it("are the vendors' resources alone, in the order of the state", () => {
    expect(literalsOf(state).map(({ name }) => name)).toEqual(['role:a', 'grant:a']);
  });

  it("keep the options that the engine's work depends on, by name, without the tool's own resources", () => {
    expect(literalsOf(state).map(({ options }) => options)).toEqual([
      { import: 'a', protect: true, retainOnDelete: false, ignoreChanges: [], dependsOn: [] },
      {
        protect: false,
        retainOnDelete: true,
        ignoreChanges: ['role'],
        deletedWith: 'role:a',
        dependsOn: ['role:a'],
      },
    ]);
  });

  it('have the inputs of the state', () => {
    expect(literalsOf(state)[0]?.inputs).toEqual({ name: 'a', roles: [] });
  });
});
