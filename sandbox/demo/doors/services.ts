import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { type FunctionKeys } from '../../world/functions.ts';
import { services } from '../closures.ts';
import { type Door } from '../door.ts';
import { answered, callerOf, waiting } from './aws.ts';

/** What runs, or starts to run, without anybody logging in; and the neighbour's, which must always run. */
export const functionDoors: readonly Door<FunctionKeys>[] = [
  {
    principal: 'application',
    attempt: 'calls the function that imports orders',
    closedBy: [services],
    answer: 'enforced',
    run: (keys) => call(keys, keys.importer),
  },
  {
    principal: 'operations',
    attempt: 'calls the nightly export by hand',
    closedBy: [services],
    answer: 'enforced',
    run: (keys) => call(keys, keys.nightly),
  },
  {
    principal: 'shop',
    attempt: 'has an order taken from the inbox',
    closedBy: [services],
    answer: 'enforced',
    run: async (keys) => ((await waiting(keys, keys.inbox)) ? 'refused' : 'allowed'),
  },
  {
    principal: 'event bus',
    attempt: 'starts the import of corrections',
    closedBy: [services],
    answer: 'read back',
    run: (keys) => {
      const client = new EventBridgeClient(callerOf(keys, 'reader'));
      return answered(client, async () => {
        return (await client.send(new DescribeRuleCommand({ Name: keys.rule }))).State !== 'DISABLED';
      });
    },
  },
  {
    principal: 'scheduler',
    attempt: 'starts the nightly export',
    closedBy: [services],
    answer: 'read back',
    run: (keys) => {
      const client = new SchedulerClient(callerOf(keys, 'reader'));
      return answered(client, async () => {
        return (await client.send(new GetScheduleCommand({ Name: keys.schedule }))).State !== 'DISABLED';
      });
    },
  },
  {
    principal: 'neighbour',
    attempt: 'calls its own function',
    closedBy: [],
    answer: 'enforced',
    run: (keys) => call(keys, keys.neighbour),
  },
  {
    principal: 'neighbour',
    attempt: 'has its own messages taken',
    closedBy: [],
    answer: 'enforced',
    run: async (keys) => ((await waiting(keys, keys.neighbourInbox)) ? 'refused' : 'allowed'),
  },
];

function call(keys: FunctionKeys, FunctionName: string) {
  const client = new LambdaClient(callerOf(keys, 'application'));
  return answered(client, () => client.send(new InvokeCommand({ FunctionName })).then(() => true));
}
