import { describe, expect, it } from '@jest/globals';
import { allSteps } from '../../lifecycle/index.ts';
import { inventorySchema } from '../../inventory/schema.ts';
import { parse } from 'yaml';
import { membersOf } from '../../inventory/members.ts';
import { edited, type Edits } from './slice.ts';

function missingAfter(edits: Edits): readonly string[] {
  const members: ReadonlySet<string> = membersOf(inventorySchema.parse(parse(edited(edits))));
  return allSteps.filter((step) => step.includes('/') && !members.has(step));
}

describe('waves of a system', () => {
  it('are all there for the slice', () => {
    expect(missingAfter({})).toEqual([]);
  });

  it.each([
    ['interfaces', ['revoked/interfaces']],
    ['integrations', ['revoked/integrations']],
    ['services', ['revoked/services']],
    ['operators', ['revoked/admins']],
    ['objects', []],
  ])('without %s lack %j', (section, waves) => {
    expect(missingAfter({ [section]: undefined })).toEqual(waves);
    expect(missingAfter({ [section]: [] })).toEqual(waves);
  });

  it('lack destroyed/interfaces only without interfaces and integrations', () => {
    const missing = missingAfter({ interfaces: [], integrations: [] });
    expect(missing).toEqual(['revoked/interfaces', 'revoked/integrations', 'destroyed/interfaces']);
  });

  it('lack destroyed/identities only without connections and operators', () => {
    expect(missingAfter({ 'identity.connections': [] })).toEqual(['revoked/accounts']);
    const missing = missingAfter({ 'identity.connections': [], operators: [] });
    expect(missing).toEqual(['revoked/accounts', 'revoked/admins', 'destroyed/identities']);
  });

  it('have destroyed/services whenever something is removed: it releases the protection', () => {
    const all = ['interfaces', 'integrations', 'services', 'operators', 'identity'];
    const bare = { ...Object.fromEntries(all.map((section) => [section, undefined])), objects: [] };
    expect(missingAfter(bare)).not.toContain('destroyed/services');
    expect(missingAfter(bare)).toContain('destroyed/interfaces');
  });

  it('have sensitive modules in a wave of their own, also if only one of their data classes is', () => {
    expect(missingAfter({ 'dataClasses.identity.sensitivity': 'personal' })).toEqual(['revoked/sensitive']);
    const mixed = { 'modules.1.data': ['contact', 'identity'] };
    expect(missingAfter({ ...mixed, objects: [] })).toEqual(['revoked/modules']);
  });

  it('have the objects among the sensitive or the other data, as their data classes say', () => {
    const objectsAlone = { modules: [], database: undefined, services: [], operators: [], integrations: [] };
    expect(missingAfter(objectsAlone)).toContain('revoked/sensitive');
    expect(missingAfter(objectsAlone)).not.toContain('revoked/modules');
    expect(missingAfter({ ...objectsAlone, 'objects.0.data': ['identity'] })).not.toContain(
      'revoked/sensitive',
    );
  });

  it("of destroyed have the CRM's part of a shared bucket", () => {
    const alone = {
      ...Object.fromEntries(
        ['database', 'services', 'operators', 'integrations', 'interfaces'].map((section) => [
          section,
          undefined,
        ]),
      ),
      modules: [],
      'identity.connections': [],
    };
    const shared = { 'objects.0.ownership': 'shared' };
    expect(missingAfter({ ...alone, ...shared, 'objects.0.prefix': 'crm/' })).not.toContain('destroyed/data');
    expect(missingAfter({ ...alone, ...shared })).toContain('destroyed/data');
  });

  it('of destroyed have nothing that is shared: it is never removed', () => {
    const lists = ['services.0', 'operators.0', 'interfaces.0', 'integrations.0', 'objects.0'];
    const owned = [...lists, 'identity.connections.0', 'database', 'database.instance'];
    const missing = missingAfter(Object.fromEntries(owned.map((path) => [`${path}.ownership`, 'shared'])));
    expect(missing).toEqual([
      'destroyed/services',
      'destroyed/interfaces',
      'destroyed/identities',
      'destroyed/data',
    ]);
  });
});
