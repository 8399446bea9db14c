import { describe, expect, it } from '@jest/globals';
import { queueDenials, secretDenials, secretInputs } from '../../components/peer-carriers.ts';
import { denial, exemptOf, narrowed } from '../../components/resource-policy.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const runner = 'arn:aws-cn:iam::123456789012:user/runner';
const sealed = 'arn:aws-cn:iam::123456789012:user/sealed';
const url = 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/erp-orders';

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const cut = allSteps.indexOf(step) >= allSteps.indexOf('revoked/integrations');
  const condition = { ArnNotLike: { 'aws:PrincipalArn': [runner, sealed] } };

  it('a queue is closed to all but runner and break-glass from revoked/integrations on', () => {
    expect(queueDenials(url, posture, [runner, sealed])).toEqual(
      cut
        ? [
            {
              Sid: 'TeardownDenyQueue',
              Effect: 'Deny',
              Principal: '*',
              Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'],
              Resource: ['arn:aws-cn:sqs:*:123456789012:erp-orders'],
              Condition: condition,
            },
          ]
        : [],
    );
  });

  it('the value of a secret is read by nobody else from the same step on', () => {
    expect(secretDenials(posture, [runner, sealed])).toEqual(
      cut
        ? [
            {
              Sid: 'TeardownDenySecret',
              Effect: 'Deny',
              Principal: '*',
              Action: ['secretsmanager:GetSecretValue'],
              Resource: ['*'],
              Condition: condition,
            },
          ]
        : [],
    );
  });
});

describe('a narrowed policy', () => {
  const allow = { Sid: 'Peer', Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
  const ours = denial('TeardownDenyQueue', ['sqs:SendMessage'], ['*'], [runner]);

  it('holds the former one whole, also if its one statement stands in no list, and ours behind it', () => {
    const former = { Version: '2008-10-17', Id: 'erp', Statement: [allow] };
    expect(narrowed(JSON.stringify(former), [ours])).toEqual({ ...former, Statement: [allow, ours] });
    const single = { Version: '2012-10-17', Statement: allow };
    expect(narrowed(JSON.stringify(single), [ours])).toEqual({ ...single, Statement: [allow, ours] });
  });

  it('with nothing of ours is the former one as it was, or none', () => {
    const former = { Version: '2008-10-17', Statement: allow };
    expect(narrowed(JSON.stringify(former), [])).toEqual(former);
    expect(narrowed(undefined, [])).toBeUndefined();
    expect(narrowed(undefined, [ours])).toEqual({ Version: '2012-10-17', Statement: [ours] });
  });

  it('spares the runner, and break-glass if there is one; without a runner it is not made', () => {
    expect(exemptOf({ runner: { aws: runner }, breakGlass: { aws: sealed } })).toEqual([runner, sealed]);
    expect(exemptOf({ runner: { aws: runner }, breakGlass: {} })).toEqual([runner]);
    expect(() => exemptOf({ runner: {}, breakGlass: { aws: sealed } })).toThrow('names the runner');
  });
});

it('a secret always has its recovery window in state, whatever was captured', () => {
  expect(secretInputs({ name: 'erp' })).toEqual({ name: 'erp', recoveryWindowInDays: 30 });
});
