import { describe, expect, it } from '@jest/globals';
import type { LiveCrm } from '../../adopt/index.ts';
import { captureIamRole, captureIamUser } from '../../adopt/operators.ts';
import type { IamRole, IamUser } from '../../connectors/index.ts';
import type { LiveTarget } from '../../lifecycle/index.ts';
import { liveFrom, sliceWorld } from './live-slice.ts';

const iam = 'arn:aws-cn:iam::111122223333';
const limits = `${iam}:policy/limits`;
const inventory = { system: 'crm' };
const denial = 'crm-teardown-deny';
const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const role: IamRole = {
  arn: `${iam}:role/crm/admin`,
  path: '/crm/',
  description: '',
  maxSessionDuration: 7200,
  trust: { Version: '2012-10-17', Statement: [] },
  tags: {},
};
const user: IamUser = {
  arn: `${iam}:user/anna`,
  path: '/',
  tags: { team: 'crm' },
  accessKeys: { AKIA1: 'Active', AKIA2: 'Inactive' },
  policies: { work: allow },
  attached: [limits],
};

/** A live CRM with this role and user, in which these targets are there. */
function live(changes: Partial<IamRole & IamUser> = {}, ...there: readonly LiveTarget[]): LiveCrm {
  return {
    ...liveFrom(sliceWorld()),
    iamRole: (name) => Promise.resolve(name === 'admin' ? { ...role, ...changes } : undefined),
    iamUser: (name) => Promise.resolve(name === 'anna' ? { ...user, ...changes } : undefined),
    observe: (target) => Promise.resolve(there.some((one) => one.kind === target.kind) ? {} : undefined),
  };
}

const codesOf = ({ problems }: Awaited<ReturnType<typeof captureIamRole>>) =>
  problems.map(({ code }) => code);

describe('a role of administrators', () => {
  it('is captured as a program would describe it; what AWS has none of is left out', async () => {
    const found = await captureIamRole(inventory, 'admin', live());
    const inputs = {
      name: 'admin',
      path: '/crm/',
      assumeRolePolicy: '{"Statement":[],"Version":"2012-10-17"}',
      maxSessionDuration: 7200,
    };
    const captured = { type: 'aws:iam/role:Role', importId: 'admin', inputs };
    expect(found).toEqual({ resources: { 'iam-role:admin': captured }, absent: [], problems: [] });
    const full = { description: 'Operates.', boundary: limits, tags: { team: 'crm' } };
    const { resources } = await captureIamRole(inventory, 'admin', live(full));
    expect(resources['iam-role:admin']?.inputs).toEqual({
      ...inputs,
      description: 'Operates.',
      permissionsBoundary: limits,
      tags: { team: 'crm' },
    });
  });

  it('is refused if it is not there, is managed by AWS, or has a policy of the name of ours', async () => {
    expect(codesOf(await captureIamRole(inventory, 'admni', live()))).toEqual(['capture-absent']);
    for (const path of ['/aws-service-role/rds.amazonaws.com/', '/aws-reserved/sso.amazonaws.com/']) {
      expect(codesOf(await captureIamRole(inventory, 'admin', live({ path })))).toEqual([
        'capture-role-managed',
      ]);
    }
    const policy = { kind: 'iam-role-policy', role: 'admin', name: denial } as const;
    expect(codesOf(await captureIamRole(inventory, 'admin', live({}, policy)))).toEqual([
      'capture-denial-there',
    ]);
  });
});

describe('a user among the administrators', () => {
  it('is captured with each key and its status, each inline policy and each attached one', async () => {
    const { resources, problems } = await captureIamUser(inventory, 'anna', live());
    expect(problems).toEqual([]);
    const key = (id: string, status: string) => ({
      type: 'aws:iam/accessKey:AccessKey',
      importId: id,
      inputs: { user: 'anna', status },
    });
    const policy = '{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}';
    expect(resources).toEqual({
      'iam-user:anna': {
        type: 'aws:iam/user:User',
        importId: 'anna',
        inputs: { name: 'anna', path: '/', tags: { team: 'crm' } },
      },
      'access-key:anna/AKIA1': key('AKIA1', 'Active'),
      'access-key:anna/AKIA2': key('AKIA2', 'Inactive'),
      'user-policy:anna/work': {
        type: 'aws:iam/userPolicy:UserPolicy',
        importId: 'anna:work',
        inputs: { user: 'anna', name: 'work', policy },
      },
      [`user-policy-attachment:anna/${limits}`]: {
        type: 'aws:iam/userPolicyAttachment:UserPolicyAttachment',
        importId: `anna/${limits}`,
        inputs: { user: 'anna', policyArn: limits },
      },
    });
  });

  it('is refused if it is not there, or has a policy of the name of ours', async () => {
    expect(codesOf(await captureIamUser(inventory, 'hanna', live()))).toEqual(['capture-absent']);
    const left = live({ policies: { [denial]: allow } });
    expect(codesOf(await captureIamUser(inventory, 'anna', left))).toEqual(['capture-denial-there']);
  });
});
