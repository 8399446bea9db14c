import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Json } from '../../diagnostics/index.ts';

/** The answer, or null if there is no such thing. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && /NotFound|DoesNotExist|NonExistent/.test(error.name)) return null;
    throw error;
  }
}

export async function readRule(events: EventBridgeClient, Name: string): Promise<Json> {
  const rule = await orNull(events.send(new DescribeRuleCommand({ Name })));
  if (rule === null) return null;
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return plain({ ...rule, $metadata: undefined, targets: Targets });
}

export async function readSchedule(scheduler: SchedulerClient, Name: string): Promise<Json> {
  const live = await orNull(scheduler.send(new GetScheduleCommand({ Name })));
  return live && plain({ ...live, $metadata: undefined, LastModificationDate: undefined });
}

/** Without what is undefined, and dates as text. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
