import {
  AttachRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { awsSettings, environmentOf } from '../../sandbox/slice/environment.ts';
import { operators, type OperatorKeys } from '../../sandbox/world/operators.ts';
import { testSandbox } from '../sandbox-name.ts';
import { driven, type Driven } from '../standins/handlers.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

let iam: IAMClient;
let typed: (type: string) => Driven;
let keys: OperatorKeys;
let arn: (kind: string, name: string) => string;
let count = 0;

const deny = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});
const conflict = /DeleteConflict/;

beforeAll(async () => {
  const { env } = testSandbox();
  iam = new IAMClient(awsSettings(environmentOf(env)));
  const provider = awsProvider('0.0.0', env);
  await provider.configure?.({});
  typed = (type) => driven(provider, `aws:iam/${type}`);
});

beforeEach(async () => {
  const environment = environmentOf(testSandbox().env);
  const system = `iam-${process.pid}-${(count += 1)}`;
  keys = await operators.build({ environment, system, underscored: '', accounts: 1 });
  const account = keys.role.split(':role/')[0] ?? '';
  arn = (kind, name) => `${account}:${kind}/${name}`;
});

/** A policy like ours: managed, and denying everything. */
const denial = () => typed('policy:Policy').create({ name: `${keys.names.group}-deny`, policy: deny });

describe('IAM Role', () => {
  it('is imported by its name without a difference, boundary and tags included', async () => {
    const state = await typed('role:Role').import(keys.names.support);
    const permissionsBoundary = arn('policy', keys.names.policy);
    expect(state.inputs).toMatchObject({ name: keys.names.support, permissionsBoundary });
    expect(state.outputs.forceDetachPolicies).toBe(false);
    expect((await typed('role:Role').diff(state.inputs, state)).changes).toEqual({});
  });

  it('loses a boundary that the program leaves out, and gets it back', async () => {
    const roles = typed('role:Role');
    const state = await roles.import(keys.names.support);
    const { permissionsBoundary, ...without } = state.inputs;
    expect((await roles.diff(without, state)).changes).toEqual({ permissionsBoundary: 'delete' });
    const open = await roles.update(without, state);
    expect((await roles.refresh(open))?.outputs.permissionsBoundary).toBeUndefined();
    const back = await roles.update(state.inputs, open);
    expect((await roles.refresh(back))?.outputs).toMatchObject({ permissionsBoundary });
  });

  it('is refused with an inline policy that came after its last read, as is our own denial', async () => {
    const roles = typed('role:Role');
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }],
    });
    const name = `${keys.names.admin}-bare`;
    const state = await roles.create({ name, assumeRolePolicy: trust });
    const policies = typed('rolePolicy:RolePolicy');
    await policies.create({ role: name, name: 'denial', policy: deny });
    await expect(roles.delete(state)).rejects.toThrow(conflict);
    const forced = await roles.update({ ...state.inputs, forceDetachPolicies: true }, state);
    await roles.delete(forced);
    await roles.delete(forced);
    expect(await roles.refresh(forced)).toBeUndefined();
  });

  it('goes with those policies whose kind state knows, without being told to', async () => {
    const roles = typed('role:Role');
    // It has an inline policy and none attached.
    const state = await roles.import(keys.names.admin);
    const { admin: RoleName, policy } = keys.names;
    const more = { RoleName, PolicyName: 'later', PolicyDocument: deny };
    await iam.send(new PutRolePolicyCommand(more));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arn('policy', policy) }));
    await expect(roles.delete(state)).rejects.toThrow(conflict);
    const seen = await roles.import(RoleName);
    await roles.delete(seen);
    expect(await roles.refresh(seen)).toBeUndefined();
  });

  it('is not changed in what the stand-in has no code for, and takes no other argument', async () => {
    const roles = typed('role:Role');
    const state = await roles.import(keys.names.admin);
    const other = { ...state.inputs, maxSessionDuration: 7200 };
    await expect(roles.update(other, state)).rejects.toThrow('does not change maxSessionDuration');
    await expect(roles.update({ ...state.inputs, inlinePolicies: [] }, state)).rejects.toThrow(
      'unknown property',
    );
  });
});

describe('IAM User', () => {
  it('is imported by its name; what lives in state only is an update without a call', async () => {
    const users = typed('user:User');
    const state = await users.import(keys.names.ben);
    expect(state.inputs).toMatchObject({ permissionsBoundary: arn('policy', keys.names.policy) });
    expect((await users.diff(state.inputs, state)).changes).toEqual({ forceDestroy: 'add' });
    const before = await iam.send(new GetUserCommand({ UserName: keys.names.ben }));
    const safe = await users.update(state.inputs, state);
    expect((await users.diff(state.inputs, safe)).changes).toEqual({});
    expect((await iam.send(new GetUserCommand({ UserName: keys.names.ben }))).User).toEqual(before.User);
  });

  it('gets a boundary and loses it again', async () => {
    const users = typed('user:User');
    const state = await users.import(keys.names.anna);
    const { id: permissionsBoundary } = await denial();
    const bounded = await users.update({ ...state.inputs, permissionsBoundary }, state);
    expect((await users.refresh(bounded))?.outputs).toMatchObject({ permissionsBoundary });
    const open = await users.update(state.inputs, bounded);
    expect((await users.refresh(open))?.outputs.permissionsBoundary).toBeUndefined();
  });

  it('with keys stays, and leaves its groups at the first try all the same', async () => {
    const users = typed('user:User');
    const { anna: UserName } = keys.names;
    await expect(users.delete(await users.import(UserName))).rejects.toThrow(conflict);
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    expect(Groups).toEqual([]);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
    expect(AccessKeyMetadata).toHaveLength(2);
  });

  it('goes with its keys and its console log-in by `forceDestroy`, and stays while it has a policy', async () => {
    const users = typed('user:User');
    const { anna, policy } = keys.names;
    const state = await users.import(anna);
    const forced = await users.update({ ...state.inputs, forceDestroy: true }, state);
    await expect(users.delete(forced)).rejects.toThrow(conflict);
    const inline = await typed('userPolicy:UserPolicy').import(`${anna}:work`);
    await typed('userPolicy:UserPolicy').delete(inline);
    await expect(users.delete(forced)).rejects.toThrow(conflict);
    const attachments = typed('userPolicyAttachment:UserPolicyAttachment');
    const attached = await attachments.import(`${anna}/${arn('policy', policy)}`);
    expect((await attachments.diff(attached.inputs, attached)).changes).toEqual({});
    await attachments.delete(attached);
    expect(await attachments.refresh(attached)).toBeUndefined();
    await users.delete(forced);
    await users.delete(forced);
    expect(await users.refresh(forced)).toBeUndefined();
  });
});

describe('IAM AccessKey', () => {
  it('brings no secret into state by an import; a create does', async () => {
    const accessKeys = typed('accessKey:AccessKey');
    const state = await accessKeys.import(keys.anna.accessKeyId);
    expect(state).toEqual({
      id: keys.anna.accessKeyId,
      inputs: { user: keys.names.anna },
      outputs: { user: keys.names.anna, status: 'Active' },
    });
    const made = await accessKeys.create({ user: keys.names.ben });
    expect(made.outputs.secret).toEqual(expect.any(String));
  });

  it('is switched off and on; one that is inactive stays there', async () => {
    const accessKeys = typed('accessKey:AccessKey');
    const state = await accessKeys.import(keys.anna.accessKeyId);
    const off = await accessKeys.update({ ...state.inputs, status: 'Inactive' }, state);
    expect((await accessKeys.refresh(off))?.outputs.status).toBe('Inactive');
    const on = await accessKeys.update(state.inputs, off);
    expect((await accessKeys.refresh(on))?.outputs.status).toBe('Active');
    const old = await accessKeys.import(keys.annaOld.accessKeyId);
    expect(old.inputs).toEqual({ user: keys.names.anna, status: 'Inactive' });
    expect((await accessKeys.diff(old.inputs, old)).changes).toEqual({});
  });

  it('is another one when it is made again, and gone for ever when deleted', async () => {
    const accessKeys = typed('accessKey:AccessKey');
    const state = await accessKeys.import(keys.ben.accessKeyId);
    await accessKeys.delete(state);
    await accessKeys.delete(state);
    expect(await accessKeys.refresh(state)).toBeUndefined();
    expect((await accessKeys.create(state.inputs)).id).not.toBe(state.id);
    await expect(accessKeys.import(state.id)).rejects.toThrow('was not found');
  });

  it('has one of two statuses', async () => {
    const strange = typed('accessKey:AccessKey').create({ user: keys.names.ben, status: 'Off' });
    await expect(strange).rejects.toThrow('is neither Active nor Inactive');
  });
});

describe('policies', () => {
  it('a managed one is not taken over by a create, and is kept as long as it is a boundary', async () => {
    const policies = typed('policy:Policy');
    const state = await denial();
    await expect(denial()).rejects.toThrow('EntityAlreadyExists');
    const users = typed('user:User');
    const anna = await users.import(keys.names.anna);
    const bounded = await users.update({ ...anna.inputs, permissionsBoundary: state.id }, anna);
    await expect(policies.delete(state)).rejects.toThrow(conflict);
    await users.update(anna.inputs, bounded);
    await policies.delete(state);
    await policies.delete(state);
    expect(await policies.refresh(state)).toBeUndefined();
  });

  it('a created inline one takes the place of one of its name, and is compared by its meaning', async () => {
    const policies = typed('userPolicy:UserPolicy');
    const before = await policies.import(`${keys.names.anna}:work`);
    const spaced = JSON.stringify(JSON.parse(String(before.inputs.policy)), undefined, 2);
    expect((await policies.diff({ ...before.inputs, policy: spaced }, before)).changes).toEqual({});
    const ours = await policies.create({ user: keys.names.anna, name: 'work', policy: deny });
    expect(ours.id).toBe(before.id);
    expect((await policies.refresh(before))?.outputs.policy).toBe(deny);
    await policies.delete(ours);
    expect(await policies.refresh(ours)).toBeUndefined();
  });
});
