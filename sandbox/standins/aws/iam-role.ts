import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
  type Role,
} from '@aws-sdk/client-iam';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import { type Arguments, handlerReadBack } from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { changeBoundary } from './iam-boundary.ts';
import { absent, documentOf, policyArgument } from './iam-policy.ts';
import { tagList, tagMap, tagsArgument } from './tags.ts';

const table: Arguments = {
  name: { kind: 'string', required: true, replaces: true },
  path: { kind: 'string', default: '/', replaces: true },
  assumeRolePolicy: policyArgument,
  description: { kind: 'string' },
  maxSessionDuration: { kind: 'number', default: 3600 },
  permissionsBoundary: { kind: 'string' },
  forceDetachPolicies: { kind: 'boolean', default: false },
  tags: tagsArgument,
};

/**
 * A role, imported by its name. A delete takes its policies along if state says `forceDetachPolicies`, or if state knows of some
 * of their kind: those it had when it was last read.
 */
export function roleHandler(clients: () => Clients): ResourceHandler {
  return handlerReadBack({
    table,
    create: async (inputs) => {
      const name = String(inputs.name);
      const { permissionsBoundary, description } = inputs;
      const command = new CreateRoleCommand({
        RoleName: name,
        Path: String(inputs.path),
        AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
        MaxSessionDuration: Number(inputs.maxSessionDuration),
        Tags: tagList(inputs.tags),
        ...(typeof description === 'string' ? { Description: description } : {}),
        ...(typeof permissionsBoundary === 'string' ? { PermissionsBoundary: permissionsBoundary } : {}),
      });
      await called(`creating IAM Role (${name})`, clients().iam.send(command));
      return name;
    },
    read: async (name, known) => {
      const call = clients().iam.send(new GetRoleCommand({ RoleName: name }));
      const live = (await found(`reading IAM Role (${name})`, call, ...absent))?.Role;
      return live && { id: name, outputs: await outputsOf(clients(), live, known) };
    },
    update: (news, old) => changeBoundary(clients(), 'Role', [table, 'forceDetachPolicies'], news, old),
    delete: (old) => remove(clients(), old),
  });
}

/** In the order of the real one: out of instance profiles, policies, the role itself. */
async function remove(clients: Clients, { id: RoleName, outputs }: State): Promise<void> {
  const { iam } = clients;
  const profiles = iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
  const held = await found(`reading profiles of IAM Role (${RoleName})`, profiles, ...absent);
  for (const { InstanceProfileName } of held?.InstanceProfiles ?? []) {
    const out = iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }));
    await called(`removing IAM Role (${RoleName}) from its profile`, out);
  }
  const forced = outputs.forceDetachPolicies === true;
  const { attached, inline } = await policiesOf(clients, RoleName);
  for (const PolicyArn of forced || isAny(outputs.managedPolicyArns) ? attached : []) {
    const detach = iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await called(`detaching a policy of IAM Role (${RoleName})`, detach);
  }
  for (const PolicyName of forced || isAny(outputs.inlinePolicies) ? inline : []) {
    const call = iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await called(`deleting a policy of IAM Role (${RoleName})`, call);
  }
  const gone = iam.send(new DeleteRoleCommand({ RoleName }));
  await found(`deleting IAM Role (${RoleName})`, gone, ...absent);
}

function isAny(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

async function policiesOf({ iam }: Clients, RoleName: string) {
  const what = `reading policies of IAM Role (${RoleName})`;
  const attached = iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const inline = iam.send(new ListRolePoliciesCommand({ RoleName }));
  return {
    attached: ((await found(what, attached, ...absent))?.AttachedPolicies ?? []).map(
      ({ PolicyArn = '' }) => PolicyArn,
    ),
    inline: (await found(what, inline, ...absent))?.PolicyNames ?? [],
  };
}

async function outputsOf(clients: Clients, live: Role, kept: Properties): Promise<Properties> {
  const { attached, inline } = await policiesOf(clients, live.RoleName ?? '');
  const boundary = live.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    arn: live.Arn,
    name: live.RoleName,
    path: live.Path,
    assumeRolePolicy: documentOf(live.AssumeRolePolicyDocument, kept.assumeRolePolicy),
    description: live.Description ?? '',
    maxSessionDuration: live.MaxSessionDuration,
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    // An import says that policies are not to be taken along.
    forceDetachPolicies: kept.forceDetachPolicies ?? false,
    managedPolicyArns: attached,
    inlinePolicies: inline,
    tags: tagMap(live.Tags?.map(({ Key, Value }) => ({ Key, Value }))),
  };
}
