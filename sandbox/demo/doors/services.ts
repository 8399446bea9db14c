import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionKeys } from '../../world/functions.ts';
import { services } from '../closures.ts';
import type { Door } from '../door.ts';
import { answered, callerOf, ruleStarts, scheduleStarts, waiting } from './aws.ts';

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
    run: (keys) => ruleStarts(keys, keys.rule),
  },
  {
    principal: 'scheduler',
    attempt: 'starts the nightly export',
    closedBy: [services],
    answer: 'read back',
    run: (keys) => scheduleStarts(keys, keys.schedule),
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
