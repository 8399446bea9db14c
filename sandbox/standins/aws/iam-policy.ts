import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import { type Arguments, handlerOf, isImport } from '../arguments.ts';
import { policyMeaning, policyTextOf } from './bucket-policy.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';

/** What IAM calls a thing that is not there. */
export const absent = ['NoSuchEntity', 'NoSuchEntityException'] as const;

export const policyArgument = { kind: 'json', required: true, meaning: policyMeaning } as const;

/** A document as IAM answers it, URL-encoded; one that means what state says keeps the text of the state. */
export function documentOf(answered: string | undefined, old: unknown): string {
  return policyTextOf(decodeURIComponent(answered ?? '{}'), old);
}

const fixed = { kind: 'string', required: true, replaces: true } as const;

/** A managed policy; its id is its ARN. */
export function policyHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: fixed,
    description: { kind: 'string', replaces: true },
    policy: policyArgument,
  };
  const read = async (arn: string, old: unknown) => {
    const call = clients().iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const live = (await found(`reading IAM Policy (${arn})`, call, ...absent))?.Policy;
    if (live === undefined) return undefined;
    const version = { PolicyArn: arn, VersionId: live.DefaultVersionId };
    const document = clients().iam.send(new GetPolicyVersionCommand(version));
    const { PolicyVersion } = await called(`reading IAM Policy (${arn})`, document);
    const policy = documentOf(PolicyVersion?.Document, old);
    const { PolicyName: name, Description: description = '' } = live;
    return { id: arn, outputs: { arn, name, description, policy } };
  };
  return handlerOf(table, {
    create: async ({ name, description, policy }) => {
      const command = new CreatePolicyCommand({
        PolicyName: String(name),
        PolicyDocument: String(policy),
        ...(typeof description === 'string' ? { Description: description } : {}),
      });
      const made = await called(`creating IAM Policy (${String(name)})`, clients().iam.send(command));
      const arn = made.Policy?.Arn ?? '';
      return { id: arn, outputs: { arn, name, description: description ?? '', policy } };
    },
    read: ({ id, outputs }) => read(id, outputs.policy),
    update: ({ name }) => {
      throw refused(`IAM Policy (${String(name)})`, 'the stand-in writes no second version');
    },
    delete: async ({ id }) => {
      const call = clients().iam.send(new DeletePolicyCommand({ PolicyArn: id }));
      await found(`deleting IAM Policy (${id})`, call, ...absent);
    },
  });
}

/** A policy inside of a role or a user; its id is `holder:name`. A create takes the place of one of that name. */
export function inlinePolicyHandler(clients: () => Clients, holder: 'role' | 'user'): ResourceHandler {
  const table: Arguments = { [holder]: fixed, name: fixed, policy: policyArgument };
  const placeOf = ({ id }: State) => {
    const [owner = '', ...name] = id.split(':');
    return { RoleName: owner, UserName: owner, PolicyName: name.join(':') };
  };
  const put = async (inputs: Properties): Promise<Properties> => {
    const [owner, PolicyName] = [String(inputs[holder]), String(inputs.name)];
    const place = { RoleName: owner, UserName: owner, PolicyName, PolicyDocument: String(inputs.policy) };
    const { iam } = clients();
    const call =
      holder === 'role'
        ? iam.send(new PutRolePolicyCommand(place))
        : iam.send(new PutUserPolicyCommand(place));
    await called<unknown>(`putting IAM ${holder} (${owner}) policy (${PolicyName})`, call);
    return { [holder]: owner, name: PolicyName, policy: inputs.policy };
  };
  return handlerOf(table, {
    create: async (inputs) => ({
      id: `${String(inputs[holder])}:${String(inputs.name)}`,
      outputs: await put(inputs),
    }),
    read: async (old) => {
      const place = placeOf(old);
      const { iam } = clients();
      const call: Promise<{ readonly PolicyDocument: string | undefined }> =
        holder === 'role'
          ? iam.send(new GetRolePolicyCommand(place))
          : iam.send(new GetUserPolicyCommand(place));
      const live = await found(`reading IAM ${holder} policy (${old.id})`, call, ...absent);
      if (live === undefined) return undefined;
      const policy = documentOf(live.PolicyDocument, old.outputs.policy);
      return { id: old.id, outputs: { [holder]: place.RoleName, name: place.PolicyName, policy } };
    },
    update: (news) => put(news),
    delete: async (old) => {
      const { iam } = clients();
      const place = placeOf(old);
      const call: Promise<unknown> =
        holder === 'role'
          ? iam.send(new DeleteRolePolicyCommand(place))
          : iam.send(new DeleteUserPolicyCommand(place));
      await found(`deleting IAM ${holder} policy (${old.id})`, call, ...absent);
    },
  });
}

/** A managed policy attached to a user, imported by `user/arn`. */
export function attachmentHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = { user: fixed, policyArn: fixed };
  const placeOf = (old: State) => {
    const { user, policyArn } = old.outputs;
    if (!isImport(old)) return { UserName: String(user), PolicyArn: String(policyArn) };
    const [UserName = '', ...arn] = old.id.split('/');
    return { UserName, PolicyArn: arn.join('/') };
  };
  return handlerOf(table, {
    create: async ({ user, policyArn }) => {
      const place = { UserName: String(user), PolicyArn: String(policyArn) };
      const call = clients().iam.send(new AttachUserPolicyCommand(place));
      await called(`attaching policy to IAM User (${place.UserName})`, call);
      return { id: `${place.UserName}-${place.PolicyArn}`, outputs: { user, policyArn } };
    },
    read: async (old) => {
      const { UserName, PolicyArn } = placeOf(old);
      const call = clients().iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
      const live = await found(`reading policies of IAM User (${UserName})`, call, ...absent);
      if (!live?.AttachedPolicies?.some((one) => one.PolicyArn === PolicyArn)) return undefined;
      return { id: `${UserName}-${PolicyArn}`, outputs: { user: UserName, policyArn: PolicyArn } };
    },
    update: () => {
      throw refused('IAM User policy attachment', 'every change is a replacement');
    },
    delete: async (old) => {
      const call = clients().iam.send(new DetachUserPolicyCommand(placeOf(old)));
      await found(`detaching policy (${old.id})`, call, ...absent);
    },
  });
}
