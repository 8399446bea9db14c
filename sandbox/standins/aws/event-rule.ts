import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type RuleState,
} from '@aws-sdk/client-eventbridge';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import { type Arguments, handlerReadBack } from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { refused } from './refused.ts';
import { regionArgument } from './tags.ts';

const absent = 'ResourceNotFoundException';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * A rule of the default bus, imported by `default/name` or its name. The API takes the whole rule each time: a state that the program
 * leaves out is no difference by itself, and the next change of anything else switches the rule on [u].
 */
export function eventRuleHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    description: { kind: 'string' },
    eventPattern: { kind: 'json' },
    scheduleExpression: { kind: 'string' },
    roleArn: { kind: 'string' },
    state: { kind: 'string', computed: true, refuse: notAState },
    region: regionArgument(() => clients().region),
  };
  const put = async (news: Properties): Promise<void> => {
    const command = new PutRuleCommand({
      Name: String(news.name),
      Description: text(news.description),
      EventPattern: text(news.eventPattern),
      ScheduleExpression: text(news.scheduleExpression),
      RoleArn: text(news.roleArn),
      State: (news.state ?? 'ENABLED') as RuleState,
    });
    await called(`putting EventBridge Rule (${String(news.name)})`, clients().events.send(command));
  };
  return handlerReadBack({
    table,
    create: async (inputs) => {
      await put(inputs);
      return String(inputs.name);
    },
    read: async (id) => {
      const name = id.split('/').at(-1) ?? '';
      const call = clients().events.send(new DescribeRuleCommand({ Name: name }));
      const live = await found(`reading EventBridge Rule (${name})`, call, absent);
      if (live === undefined) return undefined;
      const outputs = {
        name,
        arn: live.Arn,
        description: live.Description ?? '',
        scheduleExpression: live.ScheduleExpression ?? '',
        roleArn: live.RoleArn ?? '',
        state: live.State,
        region: clients().region,
        ...(live.EventPattern === undefined ? {} : { eventPattern: live.EventPattern }),
      };
      return { id: name, outputs };
    },
    update: (news) => put(news),
    delete: async ({ id }) => {
      const gone = clients().events.send(new DeleteRuleCommand({ Name: id }));
      await found(`deleting EventBridge Rule (${id})`, gone, absent);
    },
  });
}

function notAState(value: unknown): string | undefined {
  const states = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];
  return states.includes(String(value)) ? undefined : `is none of ${states.join(', ')}`;
}

/** Imported by `rule/target id`; its id is `rule-target id`. A create takes the place of a target of that id. */
export function eventTargetHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    rule: { kind: 'string', required: true, replaces: true },
    targetId: { kind: 'string', required: true, replaces: true },
    arn: { kind: 'string', required: true },
    roleArn: { kind: 'string' },
    input: { kind: 'string' },
    inputPath: { kind: 'string' },
    region: regionArgument(() => clients().region),
  };
  const put = async (news: Properties): Promise<void> => {
    const target = {
      Id: String(news.targetId),
      Arn: String(news.arn),
      RoleArn: text(news.roleArn),
      Input: text(news.input),
      InputPath: text(news.inputPath),
    };
    const command = new PutTargetsCommand({ Rule: String(news.rule), Targets: [target] });
    const what = `putting EventBridge Target (${target.Id})`;
    const { FailedEntryCount = 0 } = await called(what, clients().events.send(command));
    if (FailedEntryCount > 0) throw refused(what, 'EventBridge did not take it');
  };
  return handlerReadBack({
    table,
    create: async (inputs) => {
      await put(inputs);
      return `${String(inputs.rule)}-${String(inputs.targetId)}`;
    },
    read: async (id, known) => {
      const [rule = '', targetId = ''] =
        typeof known.rule === 'string' ? [known.rule, String(known.targetId)] : id.split('/');
      const call = clients().events.send(new ListTargetsByRuleCommand({ Rule: rule }));
      const answer = await found(`reading EventBridge Target (${targetId})`, call, absent);
      const live = answer?.Targets?.find(({ Id }) => Id === targetId);
      if (live === undefined) return undefined;
      const { Arn: arn, RoleArn: roleArn = '', Input: input = '', InputPath: inputPath = '' } = live;
      const outputs = { rule, targetId, arn, roleArn, input, inputPath, region: clients().region };
      return { id: `${rule}-${targetId}`, outputs };
    },
    update: (news) => put(news),
    delete: async ({ outputs }) => {
      const [Rule, id] = [String(outputs.rule), String(outputs.targetId)];
      const gone = clients().events.send(new RemoveTargetsCommand({ Rule, Ids: [id] }));
      await found(`deleting EventBridge Target (${id})`, gone, absent);
    },
  });
}
