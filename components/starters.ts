import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import { targetsOf } from '../inventory/index.ts';
import type { Expectation } from '../lifecycle/index.ts';
import { type Adopted, adoption, familyOf, formerOf, nothing, type Surroundings } from './closing.ts';

/** As it was, there and off, or gone. */
export type StarterState = 'former' | 'disabled' | 'removed';

/** A rule of the default event bus with its targets; off, it starts none of them. */
export function eventRule(
  parent: pulumi.Resource,
  name: string | undefined,
  state: StarterState,
  former: Surroundings['former'],
  after: readonly pulumi.Resource[] = [],
): Adopted {
  if (name === undefined) return nothing;
  const target = { kind: 'event-rule', name } as const;
  const targets = familyOf(former, targetsOf(name));
  if (state === 'removed') {
    return {
      resources: [],
      removed: [`event-rule:${name}`, ...targets.map((each) => each.name)],
      expectations: [{ target, expect: 'absent' }],
    };
  }
  const captured = formerOf(former, `event-rule:${name}`);
  const inputs = starterInputs(captured.inputs as unknown as RuleInputs, state);
  const options = { ...adoption(parent, captured), dependsOn: [...after] };
  const rule = new aws.cloudwatch.EventRule(`event-rule:${name}`, inputs, options);
  const started = targets.map((each) => {
    const args = each.captured.inputs as unknown as TargetInputs;
    const { id, captured: before } = each;
    const expectation: Expectation = {
      target: { kind: 'event-target', rule: name, id },
      expect: { arn: args.arn },
    };
    // A rule that still has targets cannot be deleted.
    const resource = new aws.cloudwatch.EventTarget(each.name, args, {
      ...adoption(parent, before),
      dependsOn: rule,
    });
    return { resource, expectation };
  });
  return {
    resources: [rule, ...started.map(({ resource }) => resource)],
    removed: [],
    expectations: [
      { target, expect: { state: inputs.state } },
      ...started.map(({ expectation }) => expectation),
    ],
  };
}

/** A schedule of the default group; off, it starts nothing. */
export function schedule(
  parent: pulumi.Resource,
  name: string | undefined,
  state: StarterState,
  former: Surroundings['former'],
  after: readonly pulumi.Resource[] = [],
): Adopted {
  if (name === undefined) return nothing;
  const target = { kind: 'schedule', name } as const;
  if (state === 'removed') {
    return { resources: [], removed: [`schedule:${name}`], expectations: [{ target, expect: 'absent' }] };
  }
  const captured = formerOf(former, `schedule:${name}`);
  const inputs = starterInputs(captured.inputs as unknown as ScheduleInputs, state);
  const options = { ...adoption(parent, captured), dependsOn: [...after] };
  return {
    resources: [new aws.scheduler.Schedule(`schedule:${name}`, inputs, options)],
    removed: [],
    expectations: [{ target, expect: { state: inputs.state } }],
  };
}

type RuleInputs = aws.cloudwatch.EventRuleArgs & { readonly state: string };
type TargetInputs = aws.cloudwatch.EventTargetArgs & { readonly arn: string };
type ScheduleInputs = aws.scheduler.ScheduleArgs & { readonly state: string };

export function starterInputs<Inputs extends { readonly state: string }>(
  former: Inputs,
  state: Exclude<StarterState, 'removed'>,
): Inputs {
  return { ...former, state: state === 'former' ? former.state : 'DISABLED' };
}
