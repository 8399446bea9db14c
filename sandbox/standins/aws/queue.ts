import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import { type Arguments, differenceOf, handlerReadBack } from '../arguments.ts';
import { policyMeaning, policyTextOf } from './bucket-policy.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument, tagsArgument } from './tags.ts';

const absent = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/** Argument -> attribute of the API. */
const attributes: Readonly<Record<string, QueueAttributeName>> = {
  delaySeconds: 'DelaySeconds',
  maxMessageSize: 'MaximumMessageSize',
  messageRetentionSeconds: 'MessageRetentionPeriod',
  receiveWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  visibilityTimeoutSeconds: 'VisibilityTimeout',
  redrivePolicy: 'RedrivePolicy',
};

/** Imported by its URL, which is its id. Its policy is none of its arguments here: the real one leaves it alone when left out. */
export function queueHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    delaySeconds: { kind: 'number', default: 0 },
    maxMessageSize: { kind: 'number', default: 262_144 },
    messageRetentionSeconds: { kind: 'number', default: 345_600 },
    receiveWaitTimeSeconds: { kind: 'number', default: 0 },
    visibilityTimeoutSeconds: { kind: 'number', default: 30 },
    redrivePolicy: { kind: 'json' },
    tags: tagsArgument,
    region: regionArgument(() => clients().region),
  };
  const valuesOf = (news: Properties): Record<string, string> =>
    Object.fromEntries(
      Object.entries(attributes).flatMap(([name, attribute]) =>
        news[name] === undefined ? [] : [[attribute, String(news[name] as number)]],
      ),
    );
  return handlerReadBack({
    table,
    create: async (inputs) => {
      const create = new CreateQueueCommand({
        QueueName: String(inputs.name),
        Attributes: valuesOf(inputs),
        tags: (inputs.tags ?? {}) as Record<string, string>,
      });
      const made = await called(`creating SQS Queue (${String(inputs.name)})`, clients().sqs.send(create));
      return made.QueueUrl ?? '';
    },
    read: async (url) => {
      const live = await attributesOf(clients(), url);
      if (live === undefined) return undefined;
      const tagged = clients().sqs.send(new ListQueueTagsCommand({ QueueUrl: url }));
      const { Tags: tags = {} } = await called(`reading the tags of SQS Queue (${url})`, tagged);
      const values = Object.entries(attributes).flatMap(([name, attribute]) => {
        const value = live[attribute];
        if (value === undefined) return [];
        return [[name, name === 'redrivePolicy' ? value : Number(value)] as const];
      });
      const place = { name: url.split('/').at(-1), arn: live.QueueArn, region: clients().region };
      return { id: url, outputs: { ...place, ...Object.fromEntries(values), tags } };
    },
    update: async (news, old) => {
      if ('tags' in differenceOf(table, news, old).changes) {
        throw refused('queue', 'the stand-in does not change tags');
      }
      const set = new SetQueueAttributesCommand({ QueueUrl: old.id, Attributes: valuesOf(news) });
      await called(`updating SQS Queue (${old.id})`, clients().sqs.send(set));
    },
    delete: async ({ id }) => {
      const gone = clients().sqs.send(new DeleteQueueCommand({ QueueUrl: id }));
      await found(`deleting SQS Queue (${id})`, gone, ...absent);
    },
  });
}

async function attributesOf(
  { sqs }: Clients,
  QueueUrl: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const call = sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return (await found(`reading SQS Queue (${QueueUrl})`, call, ...absent))?.Attributes;
}

/** One policy per queue: a create takes the place of whatever policy was there, a delete leaves none. */
export function queuePolicyHandler(clients: () => Clients): ResourceHandler {
  const put = async (QueueUrl: string, Policy: string): Promise<void> => {
    const set = new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } });
    await called(`putting SQS Queue Policy (${QueueUrl})`, clients().sqs.send(set));
  };
  return handlerReadBack({
    table: {
      queueUrl: { kind: 'string', required: true, replaces: true },
      policy: { kind: 'json', required: true, meaning: policyMeaning },
      region: regionArgument(() => clients().region),
    },
    create: async (inputs) => {
      await put(String(inputs.queueUrl), String(inputs.policy));
      return String(inputs.queueUrl);
    },
    read: async (queueUrl, known) => {
      const live = (await attributesOf(clients(), queueUrl))?.Policy;
      if (live === undefined || live === '') return undefined;
      const policy = policyTextOf(live, known.policy);
      return { id: queueUrl, outputs: { queueUrl, policy, region: clients().region } };
    },
    update: (news, { id }) => put(id, String(news.policy)),
    delete: async ({ id }) => {
      if ((await attributesOf(clients(), id)) !== undefined) await put(id, '');
    },
  });
}
