import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { ResourceHandler, State } from '../../../provider/protocol.ts';
import { type Arguments, handlerOf, handlerReadBack, isImport } from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { changeBoundary } from './iam-boundary.ts';
import { absent } from './iam-policy.ts';
import { tagList, tagMap, tagsArgument } from './tags.ts';

const table: Arguments = {
  name: { kind: 'string', required: true },
  path: { kind: 'string', default: '/' },
  permissionsBoundary: { kind: 'string' },
  forceDestroy: { kind: 'boolean', default: false },
  tags: tagsArgument,
};

/** A user, imported by its name. `forceDestroy` lives in state only; it takes keys and console log-in along, and no policies. */
export function userHandler(clients: () => Clients): ResourceHandler {
  return handlerReadBack({
    table,
    create: async (inputs) => {
      const name = String(inputs.name);
      const { permissionsBoundary } = inputs;
      const command = new CreateUserCommand({
        UserName: name,
        Path: String(inputs.path),
        Tags: tagList(inputs.tags),
        ...(typeof permissionsBoundary === 'string' ? { PermissionsBoundary: permissionsBoundary } : {}),
      });
      await called(`creating IAM User (${name})`, clients().iam.send(command));
      return name;
    },
    read: async (name, { forceDestroy }) => {
      const call = clients().iam.send(new GetUserCommand({ UserName: name }));
      const live = (await found(`reading IAM User (${name})`, call, ...absent))?.User;
      if (live === undefined) return undefined;
      const boundary = live.PermissionsBoundary?.PermissionsBoundaryArn;
      const outputs = {
        arn: live.Arn,
        name: live.UserName,
        path: live.Path,
        ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
        ...(forceDestroy === undefined ? {} : { forceDestroy }),
        tags: tagMap(live.Tags?.map(({ Key, Value }) => ({ Key, Value }))),
      };
      return { id: name, outputs };
    },
    update: (news, old) => changeBoundary(clients(), 'User', [table, 'forceDestroy'], news, old),
    delete: (old) => remove(clients(), old),
  });
}

/** Out of its groups in any case; the rest only if state says so. Policies stay, and AWS keeps the user that has one. */
async function remove(clients: Clients, { id: UserName, outputs }: State): Promise<void> {
  const { iam } = clients;
  const groups = iam.send(new ListGroupsForUserCommand({ UserName }));
  const member = await found(`reading groups of IAM User (${UserName})`, groups, ...absent);
  for (const { GroupName } of member?.Groups ?? []) {
    const out = iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }));
    await called(`removing IAM User (${UserName}) from a group`, out);
  }
  if (outputs.forceDestroy === true) {
    for (const { AccessKeyId } of (await keysOf(clients, UserName)) ?? []) {
      const key = iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      await called(`deleting a key of IAM User (${UserName})`, key);
    }
    const console = iam.send(new DeleteLoginProfileCommand({ UserName }));
    await found(`deleting the console log-in of IAM User (${UserName})`, console, ...absent);
  }
  const gone = iam.send(new DeleteUserCommand({ UserName }));
  await found(`deleting IAM User (${UserName})`, gone, ...absent);
}

/** Undefined: there is no such user. */
async function keysOf({ iam }: Clients, UserName: string) {
  const call = iam.send(new ListAccessKeysCommand({ UserName }));
  return (await found(`reading keys of IAM User (${UserName})`, call, ...absent))?.AccessKeyMetadata;
}

const keyTable: Arguments = {
  user: { kind: 'string', required: true, replaces: true },
  status: {
    kind: 'string',
    default: 'Active',
    refuse: (value) =>
      value === 'Active' || value === 'Inactive' ? undefined : 'is neither Active nor Inactive',
  },
};

/** An access key. Only a create ever sees the secret, and puts it into state; an import has none. */
export function accessKeyHandler(clients: () => Clients): ResourceHandler {
  const setStatus = async (UserName: string, AccessKeyId: string, status: unknown): Promise<void> => {
    const command = new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: status as 'Active' });
    await called(`updating IAM Access Key (${AccessKeyId})`, clients().iam.send(command));
  };
  return handlerOf(keyTable, {
    create: async ({ user, status }) => {
      const UserName = String(user);
      const call = clients().iam.send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKey } = await called(`creating IAM Access Key (${UserName})`, call);
      const id = AccessKey?.AccessKeyId ?? '';
      if (status === 'Inactive') await setStatus(UserName, id, status);
      return { id, outputs: { user, status, secret: AccessKey?.SecretAccessKey } };
    },
    read: async (old) => {
      const user = isImport(old) ? await ownerOf(clients(), old.id) : String(old.outputs.user);
      if (user === undefined) return undefined;
      const live = (await keysOf(clients(), user))?.find(({ AccessKeyId }) => AccessKeyId === old.id);
      const { secret } = old.outputs;
      const kept = secret === undefined ? {} : { secret };
      return live && { id: old.id, outputs: { user, status: live.Status, ...kept } };
    },
    update: async (news, old) => {
      await setStatus(String(old.outputs.user), old.id, news.status);
      return { ...old.outputs, status: news.status };
    },
    delete: async ({ id, outputs }) => {
      const place = { UserName: String(outputs.user), AccessKeyId: id };
      const call = clients().iam.send(new DeleteAccessKeyCommand(place));
      await found(`deleting IAM Access Key (${id})`, call, ...absent);
    },
  });
}

async function ownerOf({ iam }: Clients, AccessKeyId: string): Promise<string | undefined> {
  const call = iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  return (await found(`reading IAM Access Key (${AccessKeyId})`, call, ...absent))?.UserName;
}
