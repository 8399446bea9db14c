import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import { type Arguments, differenceOf, handlerReadBack } from '../arguments.ts';
import { policyMeaning, policyTextOf } from './bucket-policy.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument, tagList, tagMap, tagsArgument } from './tags.ts';

const absent = 'ResourceNotFoundException';

/**
 * Imported by its ARN, which is its id; never with its value. The recovery window lives in state only, and an import leaves it empty: a
 * delete straight after is at once and for ever. A secret that is scheduled for deletion is gone for it.
 */
export function secretHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    description: { kind: 'string' },
    kmsKeyId: { kind: 'string' },
    recoveryWindowInDays: { kind: 'number', default: 30, refuse: notAWindow },
    tags: tagsArgument,
    region: regionArgument(() => clients().region),
  };
  return handlerReadBack({
    table,
    create: async ({ name, description, kmsKeyId, tags }) => {
      const create = new CreateSecretCommand({
        Name: String(name),
        ...(typeof description === 'string' ? { Description: description } : {}),
        ...(typeof kmsKeyId === 'string' ? { KmsKeyId: kmsKeyId } : {}),
        Tags: tagList(tags),
      });
      const what = `creating Secrets Manager Secret (${String(name)})`;
      return (await called(what, clients().secrets.send(create))).ARN ?? '';
    },
    read: async (arn, known) => {
      const outputs = await secretOf(clients(), arn, known);
      return outputs && { id: arn, outputs };
    },
    update: async (news, old) => {
      const changed = Object.keys(differenceOf(table, news, old).changes);
      if (changed.includes('tags')) throw refused('secret', 'the stand-in does not change tags');
      if (changed.every((name) => name === 'recoveryWindowInDays')) return;
      const update = new UpdateSecretCommand({
        SecretId: old.id,
        Description: typeof news.description === 'string' ? news.description : '',
        ...(typeof news.kmsKeyId === 'string' ? { KmsKeyId: news.kmsKeyId } : {}),
      });
      await called(`updating Secrets Manager Secret (${old.id})`, clients().secrets.send(update));
    },
    delete: async ({ id, outputs }) => {
      const days = Number(outputs.recoveryWindowInDays ?? 0);
      const remove = new DeleteSecretCommand({
        SecretId: id,
        ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
      });
      await found(`deleting Secrets Manager Secret (${id})`, clients().secrets.send(remove), absent);
    },
  });
}

function notAWindow(value: unknown): string | undefined {
  const days = Number(value);
  return days === 0 || (days >= 7 && days <= 30) ? undefined : 'is neither 0 nor 7 to 30';
}

async function secretOf(
  { secrets, region }: Clients,
  arn: string,
  known: Properties,
): Promise<Properties | undefined> {
  const call = secrets.send(new DescribeSecretCommand({ SecretId: arn }));
  const live = await found(`reading Secrets Manager Secret (${arn})`, call, absent);
  if (live === undefined || live.DeletedDate !== undefined) return undefined;
  const { recoveryWindowInDays } = known;
  return {
    name: live.Name,
    arn,
    description: live.Description ?? '',
    ...(live.KmsKeyId === undefined ? {} : { kmsKeyId: live.KmsKeyId }),
    ...(recoveryWindowInDays === undefined ? {} : { recoveryWindowInDays }),
    tags: tagMap(live.Tags),
    region,
  };
}

/** One policy per secret: a create takes the place of whatever policy was there, a delete leaves none. */
export function secretPolicyHandler(clients: () => Clients): ResourceHandler {
  const put = async (SecretId: string, ResourcePolicy: string): Promise<void> => {
    const command = new PutResourcePolicyCommand({ SecretId, ResourcePolicy });
    await called(`putting Secrets Manager Secret Policy (${SecretId})`, clients().secrets.send(command));
  };
  return handlerReadBack({
    table: {
      secretArn: { kind: 'string', required: true, replaces: true },
      policy: { kind: 'json', required: true, meaning: policyMeaning },
      region: regionArgument(() => clients().region),
    },
    create: async (inputs) => {
      await put(String(inputs.secretArn), String(inputs.policy));
      return String(inputs.secretArn);
    },
    read: async (secretArn, known) => {
      const call = clients().secrets.send(new GetResourcePolicyCommand({ SecretId: secretArn }));
      const answer = await found(`reading Secrets Manager Secret Policy (${secretArn})`, call, absent);
      const live = answer?.ResourcePolicy;
      if (live === undefined) return undefined;
      const policy = policyTextOf(live, known.policy);
      return { id: secretArn, outputs: { secretArn, policy, region: clients().region } };
    },
    update: (news, { id }) => put(id, String(news.policy)),
    delete: async ({ id }) => {
      const gone = clients().secrets.send(new DeleteResourcePolicyCommand({ SecretId: id }));
      await found(`deleting Secrets Manager Secret Policy (${id})`, gone, absent);
    },
  });
}
