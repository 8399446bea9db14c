import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { within } from '../../../diagnostics/index.ts';
import type { Outcome } from '../door.ts';

export interface AwsPlace {
  readonly endpoint: string;
  readonly region: string;
}

/** Settings of a client that calls as the IAM user `name`: the simulator takes the access key for it. */
export function callerOf({ endpoint, region }: AwsPlace, name: string) {
  const credentials = { accessKeyId: name, secretAccessKey: 'of the sandbox' };
  return { endpoint, region, credentials, maxAttempts: 1 };
}

/** How AWS says no, and that a thing is gone; the last is what a secret says that is scheduled for deletion. */
const refusals =
  /AccessDenied|TooManyRequests|ResourceNotFound|QueueDoesNotExist|NonExistentQueue|InvalidRequestException/;

/** Runs `work` and closes the client; false, or a refusal of AWS, is refused. Any other error is one: it could not look. */
export async function answered(client: { destroy(): void }, work: () => Promise<boolean>): Promise<Outcome> {
  try {
    return (await within('20 seconds', 'a call of AWS', work())) ? 'allowed' : 'refused';
  } catch (error) {
    if (error instanceof Error && refusals.test(error.name)) return 'refused';
    throw error;
  } finally {
    client.destroy();
  }
}

/** Reads whether a rule of the event bus starts its targets. */
export function ruleStarts(place: AwsPlace, Name: string): Promise<Outcome> {
  const client = new EventBridgeClient(callerOf(place, 'reader'));
  return answered(client, async () => {
    return (await client.send(new DescribeRuleCommand({ Name }))).State !== 'DISABLED';
  });
}

/** Reads whether a schedule starts its target. */
export function scheduleStarts(place: AwsPlace, Name: string): Promise<Outcome> {
  const client = new SchedulerClient(callerOf(place, 'reader'));
  return answered(client, async () => {
    return (await client.send(new GetScheduleCommand({ Name }))).State !== 'DISABLED';
  });
}

/** Sends one message; true if it is still there afterwards, because nothing takes it. */
export async function waiting(place: AwsPlace, QueueUrl: string): Promise<boolean> {
  const client = new SQSClient(callerOf(place, 'shop'));
  const count = async (): Promise<number> => {
    const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    return Number((await client.send(read)).Attributes?.ApproximateNumberOfMessages);
  };
  try {
    const before = await count();
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"order":1}' }));
    return (await count()) > before;
  } finally {
    client.destroy();
  }
}
