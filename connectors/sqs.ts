import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import { type Json, within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { ifThere, withQueues } from './aws.ts';

/** A queue as the vendor describes it: all attributes by name, as text. */
export interface QueueFacts {
  readonly url: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

const absent = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/** Undefined: there is no such queue. */
export async function describeQueue(name: string): Promise<QueueFacts | undefined> {
  return withQueues(async (client) => {
    const found = client.send(new GetQueueUrlCommand({ QueueName: name }));
    const url = (await ifThere(`finding queue ${name}`, found, ...absent))?.QueueUrl;
    if (url === undefined) return undefined;
    const read = client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    const attributes = (await ifThere(`reading queue ${name}`, read, ...absent))?.Attributes;
    if (attributes === undefined) return undefined;
    const tagged = client.send(new ListQueueTagsCommand({ QueueUrl: url }));
    const { Tags: tags = {} } = await within('60 seconds', `reading the tags of queue ${name}`, tagged);
    return { url, attributes, tags };
  });
}

export async function observeQueue(name: string): Promise<Observed | undefined> {
  const live = await describeQueue(name);
  return live && { arn: live.attributes.QueueArn ?? '' };
}

/** The queue's policy, parsed; undefined if it has none or is not there. */
export async function observeQueuePolicy(name: string): Promise<Observed | undefined> {
  const policy = (await describeQueue(name))?.attributes.Policy;
  return policy === undefined || policy === '' ? undefined : { policy: JSON.parse(policy) as Json };
}
