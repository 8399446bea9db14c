import { CreateAccessKeyCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import { list, operatorDoors } from '../../sandbox/demo/doors/operators.ts';
import { enterSandbox } from '../../sandbox/index.ts';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { awsSettings, environmentOf } from '../../sandbox/slice/environment.ts';
import { operators, type OperatorKeys } from '../../sandbox/world/operators.ts';
import { testSandbox } from '../sandbox-name.ts';
import { driven, type Driven } from '../standins/handlers.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

let typed: (type: string) => Driven;
let keys: OperatorKeys;
let count = 0;
const statement = (Effect: string, Action: string) => ({ Effect, Action, Resource: '*' });
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

beforeAll(async () => {
  enterSandbox(testSandbox());
  const provider = awsProvider('0.0.0', testSandbox().env);
  await provider.configure?.({});
  typed = (type) => driven(provider, `aws:iam/${type}`);
});

beforeEach(async () => {
  const environment = environmentOf(testSandbox().env);
  const system = `ops-${process.pid}-${(count += 1)}`;
  keys = await operators.build({ environment, system, underscored: '', accounts: 1 });
});

describe('the sample administrators', () => {
  it('pass all doors, and a key that is inactive opens none', async () => {
    for (const { attempt, run } of operatorDoors)
      expect([attempt, await run(keys)]).toEqual([attempt, 'allowed']);
    expect(await list(keys, keys.annaOld)).toBe('refused');
  });

  it.each(['anna', 'ben'] as const)('%s is judged by boundary, policy and key, each alone', async (who) => {
    const users = typed('user:User');
    const state = await users.import(keys.names[who]);
    const nothing = await typed('policy:Policy').create({
      name: `${keys.names[who]}-nothing`,
      policy: document(statement('Allow', 'rds:*')),
    });
    const bounded = await users.update({ ...state.inputs, permissionsBoundary: nothing.id }, state);
    expect(await list(keys, keys[who])).toBe('refused');
    await users.update(state.inputs, bounded);
    expect(await list(keys, keys[who])).toBe('allowed');

    const policies = typed('userPolicy:UserPolicy');
    const policy = document(statement('Deny', '*'));
    const denial = await policies.create({ user: keys.names[who], name: 'denial', policy });
    expect(await list(keys, keys[who])).toBe('refused');
    await policies.delete(denial);
    expect(await list(keys, keys[who])).toBe('allowed');

    const accessKeys = typed('accessKey:AccessKey');
    const key = await accessKeys.import(keys[who].accessKeyId);
    const off = await accessKeys.update({ ...key.inputs, status: 'Inactive' }, key);
    expect(await list(keys, keys[who])).toBe('refused');
    await accessKeys.delete(off);
    expect(await list(keys, keys[who])).toBe('refused');
  });

  it('an open session ends with the boundary, the inline denial and the role, each alone', async () => {
    const roles = typed('role:Role');
    const state = await roles.import(keys.names.admin);
    const nothing = await typed('policy:Policy').create({
      name: `${keys.names.admin}-nothing`,
      policy: document(statement('Deny', '*')),
    });
    const bounded = await roles.update({ ...state.inputs, permissionsBoundary: nothing.id }, state);
    expect(await list(keys, keys.session)).toBe('refused');
    const open = await roles.update(state.inputs, bounded);
    expect(await list(keys, keys.session)).toBe('allowed');
    const policies = typed('rolePolicy:RolePolicy');
    const policy = document(statement('Deny', '*'));
    const denial = await policies.create({ role: keys.names.admin, name: 'denial', policy });
    expect(await list(keys, keys.session)).toBe('refused');
    await policies.delete(denial);
    expect(await list(keys, keys.session)).toBe('allowed');
    await roles.delete(open);
    expect(await list(keys, keys.session)).toBe('refused');
    expect(await list(keys, keys.neighbour)).toBe('allowed');
  });
});

describe('observing administrators', () => {
  it('sees boundary and what it says, inline policies, and the status of every key', async () => {
    const { anna, ben, admin, support, policy: name } = keys.names;
    const account = keys.role.split(':role/')[0] ?? '';
    const boundary = `${account}:policy/${name}`;
    const boundaryPolicy = JSON.parse(document(statement('Allow', 's3:*'))) as unknown;
    const unbounded = { boundary: null, boundaryPolicy: null };
    expect(await observe({ kind: 'iam-role', name: admin })).toEqual({ arn: keys.role, ...unbounded });
    expect(await observe({ kind: 'iam-role', name: support })).toMatchObject({ boundary, boundaryPolicy });
    expect(await observe({ kind: 'iam-user', name: anna })).toEqual({
      arn: `${account}:user/${anna}`,
      ...unbounded,
      accessKeys: { [keys.anna.accessKeyId]: 'Active', [keys.annaOld.accessKeyId]: 'Inactive' },
    });
    expect(await observe({ kind: 'iam-user', name: ben })).toMatchObject({ boundary, boundaryPolicy });
    const work = JSON.parse(document(statement('Allow', '*'))) as unknown;
    expect(await observe({ kind: 'iam-user-policy', user: anna, name: 'work' })).toEqual({ policy: work });
    expect(await observe({ kind: 'iam-role-policy', role: admin, name: 'work' })).toEqual({
      policy: boundaryPolicy,
    });
  });

  it('sees a key that somebody made in between', async () => {
    const iam = new IAMClient(awsSettings(environmentOf(testSandbox().env)));
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: keys.names.ben }));
    const { accessKeys } = (await observe({ kind: 'iam-user', name: keys.names.ben })) ?? {};
    const [own, other] = [keys.ben.accessKeyId, made.AccessKey?.AccessKeyId ?? ''];
    expect(accessKeys).toEqual({ [own]: 'Active', [other]: 'Active' });
    // And AWS keeps a user that has keys.
    const remove = iam.send(new DeleteUserCommand({ UserName: keys.names.ben }));
    await expect(remove).rejects.toThrow('must delete');
  });

  it('knows nobody of another name', async () => {
    const name = 'nobody-of-this-name';
    expect(await observe({ kind: 'iam-role', name })).toBeUndefined();
    expect(await observe({ kind: 'iam-user', name })).toBeUndefined();
    expect(await observe({ kind: 'iam-role-policy', role: keys.names.admin, name })).toBeUndefined();
    expect(await observe({ kind: 'iam-user-policy', user: name, name })).toBeUndefined();
  });
});
