import { programNames } from '../connectors/index.ts';
import type { Json } from '../diagnostics/index.ts';
import { found, type Findings, merge, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { filled, settled, unkept } from './settings.ts';

type Rule = NonNullable<Awaited<ReturnType<LiveCrm['rule']>>>;

/** A rule of the default bus and what it starts. */
export async function captureRule(name: string, live: LiveCrm): Promise<Findings> {
  const facts = await live.rule(name);
  if (facts === undefined) return missing(`rule ${name}`, 'on the default event bus');
  const { Description, EventPattern, RoleArn, ScheduleExpression, State } = facts.rule;
  const inputs = settled({
    name,
    description: filled(Description),
    eventPattern: filled(EventPattern),
    scheduleExpression: filled(ScheduleExpression),
    roleArn: filled(RoleArn),
    state: State,
  });
  const type = 'aws:cloudwatch/eventRule:EventRule';
  return merge([
    unkept(`rule ${name}`, facts.rule, keptOfRule),
    found({ [`event-rule:${name}`]: { type, importId: `default/${name}`, inputs } }),
    ...facts.targets.map((target) => captureTarget(name, target)),
  ]);
}

const keptOfRule = [
  ...['Name', 'Arn', 'Description', 'EventPattern', 'RoleArn', 'ScheduleExpression', 'State'],
  ...['EventBusName', 'CreatedBy', '$metadata'],
];

function captureTarget(rule: string, target: Rule['targets'][number]): Findings {
  const { Id: targetId = '', Arn, Input, InputPath, RoleArn } = target;
  const inputs = settled({
    rule,
    targetId,
    arn: Arn,
    roleArn: filled(RoleArn),
    input: filled(Input),
    inputPath: filled(InputPath),
  });
  const type = 'aws:cloudwatch/eventTarget:EventTarget';
  return merge([
    unkept(`target ${targetId} of rule ${rule}`, target, ['Id', 'Arn', 'RoleArn', 'Input', 'InputPath']),
    found({ [`event-target:${rule}/${targetId}`]: { type, importId: `${rule}/${targetId}`, inputs } }),
  ]);
}

/** A schedule of the default group. */
export async function captureSchedule(name: string, live: LiveCrm): Promise<Findings> {
  const facts = await live.schedule(name);
  if (facts === undefined) return missing(`schedule ${name}`, 'in the default schedule group');
  const inputs = settled({
    name,
    groupName: 'default',
    description: filled(facts.Description),
    scheduleExpression: facts.ScheduleExpression,
    scheduleExpressionTimezone: facts.ScheduleExpressionTimezone,
    state: facts.State,
    flexibleTimeWindow: programNames(facts.FlexibleTimeWindow as unknown as Json),
    target: programNames(facts.Target as unknown as Json),
  });
  const type = 'aws:scheduler/schedule:Schedule';
  return merge([
    unkept(`schedule ${name}`, facts, keptOfSchedule),
    unkept(`the target of schedule ${name}`, facts.Target ?? {}, keptOfScheduleTarget),
    found({ [`schedule:${name}`]: { type, importId: `default/${name}`, inputs } }),
  ]);
}

const keptOfSchedule = [
  ...['Name', 'GroupName', 'Arn', 'Description', 'ScheduleExpression', 'ScheduleExpressionTimezone'],
  ...['State', 'FlexibleTimeWindow', 'Target', 'CreationDate', 'LastModificationDate', '$metadata'],
];
const keptOfScheduleTarget = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig', 'SqsParameters'];
