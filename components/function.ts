import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import { feedersOf } from '../inventory/index.ts';
import type { Expectation, Posture } from '../lifecycle/index.ts';
import { type Adopted, adoption, familyOf, formerOf, nothing, type Surroundings } from './closing.ts';

type Args = Pick<Surroundings, 'former' | 'posture'>;

/** A function: stopped means that no concurrency is reserved for it, so that no call of it begins. Its code is left as it is. */
export function lambdaFunction(
  parent: pulumi.Resource,
  name: string | undefined,
  { former, posture }: Args,
  after: readonly pulumi.Resource[],
): Adopted {
  if (name === undefined) return nothing;
  const target = { kind: 'function', name } as const;
  if (posture.services === 'removed') {
    return { resources: [], removed: [`function:${name}`], expectations: [{ target, expect: 'absent' }] };
  }
  const captured = formerOf(former, `function:${name}`);
  const inputs = functionInputs(captured.inputs as unknown as FunctionInputs, posture);
  const options = { ...adoption(parent, captured), dependsOn: [...after] };
  const reservedConcurrency = inputs.reservedConcurrentExecutions;
  return {
    resources: [new aws.lambda.Function(`function:${name}`, inputs, options)],
    removed: [],
    expectations: [{ target, expect: { reservedConcurrency } }],
  };
}

/** The event source mappings of a function. */
export function feeders(
  parent: pulumi.Resource,
  lambda: string | undefined,
  { former, posture }: Args,
  after: readonly pulumi.Resource[],
): Adopted {
  const all = lambda === undefined ? [] : familyOf(former, feedersOf(lambda));
  if (posture.services === 'removed') {
    const gone = all.map(({ id }): Expectation => {
      return { target: { kind: 'event-source-mapping', id }, expect: 'absent' };
    });
    return { resources: [], removed: all.map(({ name }) => name), expectations: gone };
  }
  const built = all.map(({ name, id, captured }) => {
    const inputs = feederInputs(captured.inputs as unknown as FeederInputs, posture);
    const options = { ...adoption(parent, captured), dependsOn: [...after] };
    return { id, inputs, resource: new aws.lambda.EventSourceMapping(name, inputs, options) };
  });
  return {
    resources: built.map(({ resource }) => resource),
    removed: [],
    expectations: built.map(({ id, inputs }): Expectation => {
      const state = inputs.enabled ? 'Enabled' : 'Disabled';
      return { target: { kind: 'event-source-mapping', id }, expect: { state } };
    }),
  };
}

/** -1: none reserved. */
export type FunctionInputs = aws.lambda.FunctionArgs & { readonly reservedConcurrentExecutions: number };

export function functionInputs(former: FunctionInputs, { services }: Posture): FunctionInputs {
  const reservedConcurrentExecutions = services === 'running' ? former.reservedConcurrentExecutions : 0;
  return { ...former, reservedConcurrentExecutions };
}

export type FeederInputs = aws.lambda.EventSourceMappingArgs & { readonly enabled: boolean };

export function feederInputs(former: FeederInputs, { services }: Posture): FeederInputs {
  return { ...former, enabled: services === 'running' && former.enabled };
}
