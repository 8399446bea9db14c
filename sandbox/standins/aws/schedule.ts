import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type FlexibleTimeWindow,
  GetScheduleCommand,
  type ScheduleState,
  type Target,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { programNames } from '../../../connectors/program-names.ts';
import type { Json } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import { type Arguments, handlerReadBack } from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { regionArgument } from './tags.ts';

const absent = 'ResourceNotFoundException';

/**
 * Imported by `group/name`, which is its id. The API takes the whole schedule each time: what the program leaves out is the default
 * afterwards, so that a state left out switches it on.
 */
export function scheduleHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    groupName: { kind: 'string', default: 'default', replaces: true },
    description: { kind: 'string' },
    scheduleExpression: { kind: 'string', required: true },
    scheduleExpressionTimezone: { kind: 'string', default: 'UTC' },
    state: { kind: 'string', default: 'ENABLED', refuse: notAState },
    flexibleTimeWindow: { kind: 'block', required: true, refuse: strange(windowSettings) },
    target: { kind: 'block', required: true, refuse: strange(targetSettings) },
    region: regionArgument(() => clients().region),
  };
  return handlerReadBack({
    table,
    create: async (inputs) => {
      const create = new CreateScheduleCommand(requestOf(inputs));
      await called(`creating Schedule (${String(inputs.name)})`, clients().scheduler.send(create));
      return `${String(inputs.groupName)}/${String(inputs.name)}`;
    },
    read: async (id) => {
      const [GroupName = '', Name = ''] = id.split('/');
      const call = clients().scheduler.send(new GetScheduleCommand({ GroupName, Name }));
      const live = await found(`reading Schedule (${id})`, call, absent);
      if (live === undefined) return undefined;
      const outputs = {
        name: live.Name,
        groupName: live.GroupName,
        description: live.Description ?? '',
        scheduleExpression: live.ScheduleExpression,
        scheduleExpressionTimezone: live.ScheduleExpressionTimezone,
        state: live.State,
        flexibleTimeWindow: programNames(live.FlexibleTimeWindow as unknown as Json),
        target: programNames(live.Target as unknown as Json),
        region: clients().region,
      };
      return { id, outputs };
    },
    update: async (news, { id }) => {
      const update = new UpdateScheduleCommand(requestOf(news));
      await called(`updating Schedule (${id})`, clients().scheduler.send(update));
    },
    delete: async ({ id }) => {
      const [GroupName = '', Name = ''] = id.split('/');
      const gone = clients().scheduler.send(new DeleteScheduleCommand({ GroupName, Name }));
      await found(`deleting Schedule (${id})`, gone, absent);
    },
  });
}

const windowSettings = ['mode', 'maximumWindowInMinutes'];
const targetSettings = ['arn', 'roleArn', 'input', 'retryPolicy', 'deadLetterConfig', 'sqsParameters'];

function strange(known: readonly string[]): (value: Json) => string | undefined {
  return (value) => {
    const unknown = Object.keys(value as object).filter((name) => !known.includes(name));
    return unknown.length === 0 ? undefined : `unknown settings: ${unknown.join(', ')}`;
  };
}

function notAState(value: Json): string | undefined {
  return value === 'ENABLED' || value === 'DISABLED' ? undefined : 'is neither ENABLED nor DISABLED';
}

function requestOf(news: Properties) {
  return {
    Name: String(news.name),
    GroupName: String(news.groupName),
    Description: typeof news.description === 'string' ? news.description : undefined,
    ScheduleExpression: String(news.scheduleExpression),
    ScheduleExpressionTimezone: String(news.scheduleExpressionTimezone),
    State: news.state as ScheduleState,
    FlexibleTimeWindow: vendorNames(news.flexibleTimeWindow as Json) as unknown as FlexibleTimeWindow,
    Target: vendorNames(news.target as Json) as unknown as Target,
  };
}

function vendorNames(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(vendorNames);
  const entries = Object.entries(value).map(([name, each]) => {
    return [name.charAt(0).toUpperCase() + name.slice(1), vendorNames(each)] as const;
  });
  return Object.fromEntries(entries);
}
