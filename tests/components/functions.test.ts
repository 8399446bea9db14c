import { describe, expect, it } from '@jest/globals';
import {
  feederInputs,
  type FeederInputs,
  functionInputs,
  type FunctionInputs,
} from '../../components/function.ts';
import { starterInputs } from '../../components/starters.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const reserved = (reservedConcurrentExecutions: number) =>
  ({ name: 'nightly', reservedConcurrentExecutions }) as FunctionInputs;
const feeder = (enabled: boolean) => ({ functionName: 'nightly', enabled }) as FeederInputs;

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const stopped = allSteps.indexOf(step) >= allSteps.indexOf('revoked/services');

  it.each([5, 1, 0, -1])('a function with %i reserved takes none from revoked/services on', (former) => {
    expect(functionInputs(reserved(former), posture)).toEqual(reserved(stopped ? 0 : former));
  });

  it('what feeds it is on as long as it was and the services run', () => {
    expect(feederInputs(feeder(true), posture)).toEqual(feeder(!stopped));
    expect(feederInputs(feeder(false), posture)).toEqual(feeder(false));
  });
});

describe('a rule or schedule', () => {
  it.each(['ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 'DISABLED'])(
    'that was %s is off or as it was, and nothing else of it changes',
    (state) => {
      const former = { name: 'nightly', scheduleExpression: 'rate(1 day)', state };
      expect(starterInputs(former, 'former')).toEqual(former);
      expect(starterInputs(former, 'disabled')).toEqual({ ...former, state: 'DISABLED' });
    },
  );
});
