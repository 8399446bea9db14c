import { describe, expect, it } from '@jest/globals';
import { kindOf } from '../../lifecycle/index.ts';

const stack = 'urn:pulumi:prod::crm-teardown';

describe('kindOf', () => {
  it('reads type, parent component and name of a resource in a component', () => {
    const types = 'teardown:components:CustomerDatabase$postgresql:index/role:Role';
    expect(kindOf(`${stack}::${types}::role:crm_contacts`)).toEqual({
      type: 'postgresql:index/role:Role',
      component: 'CustomerDatabase',
      name: 'role:crm_contacts',
    });
  });

  it('finds no component above a resource of the stack itself', () => {
    expect(kindOf(`${stack}::teardown:index:Gate::gate`)).toEqual({
      type: 'teardown:index:Gate',
      component: undefined,
      name: 'gate',
    });
  });

  it('takes the nearest of nested components', () => {
    const types = 'a:b:Outer$teardown:components:ObjectStore$aws:s3/bucket:Bucket';
    expect(kindOf(`${stack}::${types}::bucket:a`).component).toBe('ObjectStore');
  });

  it('keeps a name that holds the separators of a URN', () => {
    expect(kindOf(`${stack}::a:b:C::x::y$z`)).toEqual({
      type: 'a:b:C',
      component: undefined,
      name: 'x::y$z',
    });
  });

  it('answers with nothing that a contract could allow for what is no URN', () => {
    expect(kindOf('')).toEqual({ type: '', component: undefined, name: '' });
  });
});
