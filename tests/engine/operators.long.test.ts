import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from '@jest/globals';
import { observe } from '../../connectors/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { expectedOf } from '../../sandbox/demo/door.ts';
import { list, operatorDoors } from '../../sandbox/demo/doors/operators.ts';
import { awsSettings, environmentOf } from '../../sandbox/slice/environment.ts';
import { operatorNames, operators, type OperatorKeys } from '../../sandbox/world/operators.ts';
import { postures } from '../../stacks/index.ts';
import { testSandbox } from '../sandbox-name.ts';
import { engineFiles, leaksOf, printedBy, systemFiles } from './leaks.ts';
import { partSystem } from './part-system.ts';
import { moveTo, positionOf } from './system.ts';

const quickly = ['--skip-preview'];

function inventory(system: string) {
  const { anna, ben, admin, support, breakGlass, runner } = operatorNames(system);
  const iam = 'arn:aws:iam::123456789012';
  return {
    runner: { aws: `${iam}:user/${runner}` },
    breakGlass: { aws: `${iam}:role/${breakGlass}` },
    operators: [
      { name: 'admins', iamRoles: [admin, support], ownership: 'exclusive' },
      { name: 'people', iamUsers: [anna, ben], ownership: 'exclusive' },
    ],
  };
}

function iamClient(): IAMClient {
  return new IAMClient(awsSettings(environmentOf(testSandbox().env)));
}

async function tryDoors(keys: OperatorKeys, step: Step): Promise<void> {
  for (const door of operatorDoors) {
    const seen = { step, who: door.principal, attempt: door.attempt, outcome: await door.run(keys) };
    expect(seen).toEqual({ ...seen, outcome: expectedOf(door, postures[step]) });
  }
  // Inactive before the teardown, so at no step active.
  expect(await list(keys, keys.annaOld)).toBe('refused');
}

describe('administrators by IAM', () => {
  it('are taken over unchanged, locked, back with all they had, locked again and gone; nobody else is touched', async () => {
    const { system, keys, picture } = await partSystem(operators, inventory);
    const before = await picture();
    const printed: PulumiResult[] = [];

    const [adopted] = printed.concat(await moveTo(system, 'active'));
    // Two users get their safe value in state; no call is made for it.
    expect(adopted?.changes).toMatchObject({ import: 10, update: 2, delete: 0 });
    expect(await picture()).toEqual(before);
    await tryDoors(keys, 'active');
    await moveTo(system, 'read-only', quickly);
    expect(await picture()).toEqual(before);
    await tryDoors(keys, 'read-only');

    // A key that somebody makes after capture is nobody's to switch off: the step is not reached with it.
    const iam = iamClient();
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: keys.names.ben }));
    await expect(moveTo(system, 'revoked/admins')).rejects.toThrow(
      /verification-failed[^]*iam-user\/p-[0-9a-f]+-ben: not as expected: accessKeys/,
    );
    const added = { UserName: keys.names.ben, AccessKeyId: AccessKey?.AccessKeyId };
    await iam.send(new DeleteAccessKeyCommand(added));
    printed.push(await system.pulumi.up());
    expect(await positionOf(system)).toMatchObject({ step: 'revoked/admins', reached: true });
    await tryDoors(keys, 'revoked/admins');
    expect(await observe({ kind: 'iam-role', name: keys.names.breakGlass })).toMatchObject({
      boundary: null,
    });
    expect(await observe({ kind: 'iam-role', name: keys.names.neighbour })).toMatchObject({ boundary: null });

    await moveTo(system, 'active', quickly);
    expect(await picture()).toEqual(before);
    await tryDoors(keys, 'active');

    for (const step of system.loaded.plan.slice(1)) {
      printed.push(...(await moveTo(system, step, quickly)));
      await tryDoors(keys, step);
    }
    expect(await positionOf(system)).toMatchObject({ step: 'destroyed/identities', reached: true });
    const { breakGlass, neighbour, runner } = keys.names;
    const left = (await picture()) as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
    expect(left.users?.map(({ UserName }) => UserName)).toEqual([runner]);
    expect(left.roles?.map(({ RoleName }) => RoleName).sort()).toEqual([breakGlass, neighbour].sort());
    expect(left.policies?.map(({ PolicyName }) => PolicyName)).toEqual([keys.names.policy]);

    const secrets = [keys.anna, keys.annaOld, keys.ben].map(({ secretAccessKey }) => secretAccessKey);
    const canaries = [...secrets, keys.consolePassword];
    const written = [...engineFiles(system), ...systemFiles(system), ...printedBy(printed)];
    expect(leaksOf(written, [keys.anna.accessKeyId])).not.toEqual([]);
    expect(leaksOf(written, canaries)).toEqual([]);
  }, 400_000);

  it('with a policy of the name the teardown uses are refused by capture', async () => {
    const left = partSystem(
      {
        ...operators,
        build: async (surroundings) => {
          const keys = await operators.build(surroundings);
          const place = { UserName: keys.names.anna, PolicyName: `${surroundings.system}-teardown-deny` };
          const PolicyDocument = JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
          });
          await iamClient().send(new PutUserPolicyCommand({ ...place, PolicyDocument }));
          return keys;
        },
      },
      inventory,
    );
    await expect(left).rejects.toThrow(
      /capture-denial-there[^]*IAM user p-[0-9a-f]+-anna has an inline policy/,
    );
  });
});
