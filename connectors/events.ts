import {
  DescribeRuleCommand,
  type DescribeRuleResponse,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, type GetScheduleOutput } from '@aws-sdk/client-scheduler';
import { within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { ifThere, withEvents, withScheduler } from './aws.ts';

/** A rule of the default bus and what it starts. */
export interface RuleFacts {
  readonly rule: DescribeRuleResponse;
  readonly targets: readonly Target[];
}

const absent = 'ResourceNotFoundException';

function ruleOf(name: string): Promise<DescribeRuleResponse | undefined> {
  return withEvents((client) =>
    ifThere(`reading rule ${name}`, client.send(new DescribeRuleCommand({ Name: name })), absent),
  );
}

/** A rule has five targets at most, unless its quota was raised. */
async function targetsOf(rule: string): Promise<readonly Target[]> {
  return withEvents(async (client) => {
    const targets: Target[] = [];
    let NextToken: string | undefined;
    do {
      const call = client.send(
        new ListTargetsByRuleCommand({ Rule: rule, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      const page = await within('60 seconds', `reading the targets of rule ${rule}`, call);
      targets.push(...(page.Targets ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return targets;
  });
}

/** Undefined: there is no such rule on the default bus. */
export async function describeRule(name: string): Promise<RuleFacts | undefined> {
  const rule = await ruleOf(name);
  return rule && { rule, targets: await targetsOf(name) };
}

export async function observeRule(name: string): Promise<Observed | undefined> {
  const rule = await ruleOf(name);
  return rule && { state: rule.State ?? '' };
}

export async function observeRuleTarget(rule: string, id: string): Promise<Observed | undefined> {
  if ((await ruleOf(rule)) === undefined) return undefined;
  const live = (await targetsOf(rule)).find(({ Id }) => Id === id);
  return live && { arn: live.Arn ?? '' };
}

/** A schedule of the default group; undefined: there is none of that name. */
export async function describeSchedule(name: string): Promise<GetScheduleOutput | undefined> {
  return withScheduler((client) =>
    ifThere(`reading schedule ${name}`, client.send(new GetScheduleCommand({ Name: name })), absent),
  );
}

export async function observeSchedule(name: string): Promise<Observed | undefined> {
  const live = await describeSchedule(name);
  return live && { state: live.State ?? '' };
}
