import { describe, expect, it } from '@jest/globals';
import { accessCuts } from '../../components/database-access.ts';
import type { Inventory } from '../../inventory/index.ts';
import { allSteps, type Step } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const inventory = {
  dataClasses: { identity: { sensitivity: 'sensitive' }, contact: { sensitivity: 'personal' } },
  modules: [
    { name: 'numbers', data: ['identity'], enforcedBy: 'database-columns', columns: ['crm.contacts.id_no'] },
    { name: 'phones', data: ['contact'], enforcedBy: 'database-columns', columns: ['crm.contacts.phone'] },
    { name: 'contacts', data: ['contact'], enforcedBy: 'database-role', role: 'g_contacts', schema: 'crm' },
    { name: 'kyc', data: ['identity'], enforcedBy: 'database-role', role: 'g_kyc', schema: 'kyc' },
  ],
  database: { readOnly: { stillWritten: [{ table: 'app.sessions', why: 'log-ins' }] } },
  populations: [{ name: 'customers', logins: ['lanting', 'alster'] }],
  integrations: [{ name: 'erp', login: 'erp' }, { name: 'mail' }],
  services: [{ name: 'web', login: 'app' }],
  operators: [{ name: 'dba', login: 'dba' }],
} as unknown as Inventory;

/** By cut: from which step on it holds, and the value then. */
const table: readonly (readonly [path: string, from: Step, value: unknown])[] = [
  ['writes', 'read-only', 'blocked'],
  ['logins.lanting', 'revoked/accounts', 'locked'],
  ['logins.alster', 'revoked/accounts', 'locked'],
  ['logins.erp', 'revoked/integrations', 'locked'],
  ['logins.app', 'revoked/services', 'locked'],
  ['logins.dba', 'revoked/admins', 'locked'],
  ['columns.crm.contacts.id_no', 'revoked/sensitive', 'none'],
  ['columns.crm.contacts.phone', 'revoked/modules', 'none'],
  ['schemas.kyc', 'revoked/sensitive', 'none'],
  ['schemas.crm', 'revoked/modules', 'none'],
  ['otherSchemas', 'revoked/services', 'none'],
];

/** Logins are gone for good with what they belong to. */
const removed: Readonly<Record<string, Step>> = {
  'logins.lanting': 'destroyed/identities',
  'logins.alster': 'destroyed/identities',
  'logins.erp': 'destroyed/interfaces',
  'logins.app': 'destroyed/services',
  'logins.dba': 'destroyed/identities',
};

describe.each(allSteps)('at %s', (step) => {
  const cuts = accessCuts(inventory, postures[step]);
  const reached = (first: Step): boolean => allSteps.indexOf(step) >= allSteps.indexOf(first);

  it.each(table)('%s is cut from %s on', (path, from, value) => {
    const [group = '', ...name] = path.split('.');
    const found = (cuts as unknown as Record<string, unknown>)[group];
    const cut = name.length === 0 ? found : (found as Record<string, unknown>)[name.join('.')];
    const gone = removed[path];
    const last = gone !== undefined && reached(gone) ? 'removed' : value;
    expect(cut).toBe(reached(from) ? last : 'as before');
  });

  it('tables that are still written are so until the services stop', () => {
    expect(cuts.stillWritten).toEqual(reached('revoked/services') ? [] : ['app.sessions']);
  });

  it('names every login once and nothing else', () => {
    expect(Object.keys(cuts.logins).sort()).toEqual(['alster', 'app', 'dba', 'erp', 'lanting']);
  });
});
