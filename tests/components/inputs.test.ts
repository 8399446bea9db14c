import { describe, expect, it } from '@jest/globals';
import { denials, denialsOf } from '../../components/bucket-policy.ts';
import {
  grantInputs,
  instanceInputs,
  snapshotNames,
  type GrantInputs,
} from '../../components/customer-database.ts';
import { clientInputs } from '../../components/auth0-client.ts';
import { interfaceClient } from '../../components/client-interface.ts';
import { connectionClientsInputs, connectionInputs } from '../../components/customer-identity.ts';
import { narrowed } from '../../components/resource-policy.ts';
import type { DatabaseModule, Inventory, ObjectStoreEntry } from '../../inventory/index.ts';
import { allSteps, type Step } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

/** The first step at which something differs from the former settings, and every later one. */
function stepsFrom(first: Step): ReadonlySet<Step> {
  return new Set(allSteps.slice(allSteps.indexOf(first)));
}

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const closed = (first: Step): boolean => stepsFrom(first).has(step);

  it('an instance is locked against deletion from read-only on, never without a final snapshot', () => {
    const former = { deletionProtection: false, allocatedStorage: 20 };
    const inputs = instanceInputs(former, posture, 'crm-final');
    expect(inputs).toEqual({
      deletionProtection: closed('read-only'),
      allocatedStorage: 20,
      skipFinalSnapshot: false,
      deleteAutomatedBackups: false,
      ...(closed('snapshotted') ? { finalSnapshotIdentifier: 'crm-final' } : {}),
    });
    expect(instanceInputs({ deletionProtection: true }, posture, 'n').deletionProtection).toBe(true);
  });

  it('a grant goes from all former rights over SELECT to none, sensitive data first', () => {
    const inventory = {
      dataClasses: { identity: { sensitivity: 'sensitive' }, contact: { sensitivity: 'personal' } },
    } as unknown as Inventory;
    const former = grant(['SELECT', 'INSERT', 'DELETE']);
    const rights = (data: string): readonly string[] =>
      grantInputs(former, { data: [data] } as unknown as DatabaseModule, { posture, inventory }).privileges;
    const open = closed('read-only') ? ['SELECT'] : ['SELECT', 'INSERT', 'DELETE'];
    expect(rights('identity')).toEqual(closed('revoked/sensitive') ? [] : open);
    expect(rights('contact')).toEqual(closed('revoked/modules') ? [] : open);
  });

  it('a grant without SELECT gets none by becoming read-only', () => {
    const inventory = { dataClasses: { contact: { sensitivity: 'personal' } } } as unknown as Inventory;
    const module = { data: ['contact'] } as unknown as DatabaseModule;
    const { privileges } = grantInputs(grant(['INSERT']), module, { posture, inventory });
    expect(privileges).toEqual(closed('read-only') ? [] : ['INSERT']);
  });

  it('a connection takes no sign-up from read-only on and nobody from revoked/accounts on', () => {
    const former = { strategy: 'auth0', options: { disableSignup: false, bruteForceProtection: true } };
    expect(connectionInputs(former, posture)).toEqual({
      strategy: 'auth0',
      options: { disableSignup: closed('read-only'), bruteForceProtection: true },
    });
    const clients = { connectionId: 'con_1', enabledClients: ['a', 'b'] };
    expect(connectionClientsInputs(clients, posture)).toEqual({
      connectionId: 'con_1',
      enabledClients: closed('revoked/accounts') ? [] : ['a', 'b'],
    });
  });

  it('a client has no grant type from revoked/interfaces on, by an empty list and not by a missing one', () => {
    expect(clientInputs({ grantTypes: ['password'] }, interfaceClient(posture))).toEqual({
      grantTypes: closed('revoked/interfaces') ? [] : ['password'],
    });
  });

  it('what was closed before the teardown is opened by no step', () => {
    expect(
      connectionInputs({ strategy: 'auth0', options: { disableSignup: true } }, posture).options,
    ).toEqual({
      disableSignup: true,
    });
    expect(clientInputs({ grantTypes: [] }, interfaceClient(posture)).grantTypes).toEqual([]);
    expect(
      connectionClientsInputs({ connectionId: 'c', enabledClients: [] }, posture).enabledClients,
    ).toEqual([]);
  });

  it('a bucket denies writes from read-only on and reads from its own wave on, to all but the exempt', () => {
    const exempt = ['arn:aws-cn:iam::1:user/runner', 'arn:aws-cn:iam::1:role/sealed'] as const;
    const revoked = closed('revoked/modules');
    const statements = denials({ bucket: 'files' }, revoked, posture, exempt) as readonly Record<
      string,
      unknown
    >[];
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      ...(closed('read-only') ? ['TeardownDenyWrites'] : []),
      ...(revoked ? ['TeardownDenyReads'] : []),
    ]);
    for (const statement of statements) {
      expect(statement).toMatchObject({
        Effect: 'Deny',
        Principal: '*',
        Resource: ['arn:aws-cn:s3:::files', 'arn:aws-cn:s3:::files/*'],
        Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
      });
    }
  });
});

describe('the policy of a shared bucket', () => {
  const spec: ObjectStoreEntry = {
    name: 'files',
    bucket: 'files',
    prefix: 'crm/',
    ownership: 'shared',
    data: ['contact'],
  };
  const aws = 'arn:aws:iam::1:user/runner';
  const inventory = {
    runner: { aws },
    breakGlass: {},
    dataClasses: { contact: { sensitivity: 'personal' } },
  } as unknown as Inventory;

  it.each(allSteps)('gets statements about the prefix alone at %s', (step) => {
    const ours = denialsOf(spec, { posture: postures[step], inventory });
    expect(ours.map(({ Sid }) => Sid)).toEqual([
      ...(stepsFrom('read-only').has(step) ? ['TeardownDenyWrites'] : []),
      ...(stepsFrom('revoked/modules').has(step) ? ['TeardownDenyReads'] : []),
    ]);
    for (const { Resource } of ours) expect(Resource).toEqual(['arn:aws:s3:::files/crm/*']);
  });
});

describe('the policy of a bucket of the CRM', () => {
  it('is the former one to the letter while nothing is narrowed, also with one statement and no list', () => {
    const others = {
      Sid: 'Others',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::files',
    };
    const former = { Version: '2008-10-17', Statement: others };
    expect(narrowed(JSON.stringify(former), [])).toEqual(former);
    expect(narrowed(JSON.stringify(former), [{ Sid: 'Ours' }])).toEqual({
      Version: '2008-10-17',
      Statement: [others, { Sid: 'Ours' }],
    });
  });
});

describe('snapshotNames', () => {
  it('gives each attempt an archive of its own and the instance one final snapshot', () => {
    expect(snapshotNames('crm', 1)).toEqual({ archive: 'crm-archive-1', final: 'crm-final' });
    expect(snapshotNames('crm', 2)).toEqual({ archive: 'crm-archive-2', final: 'crm-final' });
  });
});

function grant(privileges: string[]): GrantInputs {
  return { role: 'r', database: 'd', schema: 's', objectType: 'table', objects: [], privileges };
}
