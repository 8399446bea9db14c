import { describe, expect, it } from '@jest/globals';
import {
  keyInputs,
  narrowingsOf,
  policyText,
  responseInputs,
  restApiInputs,
  settingsInputs,
} from '../../components/gateway-inputs.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const stage = 'arn:aws-cn:execute-api:cn-north-1:123456789012:abc/prod';

function statementsOf(policy: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  return (JSON.parse(policy ?? '{"Statement":[]}') as { Statement: Record<string, unknown>[] }).Statement;
}

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const gone = allSteps.indexOf(step) >= allSteps.indexOf('revoked/interfaces');
  const open = step === 'active';

  it('the default host is off and keys are disabled once the interface is gone', () => {
    expect(restApiInputs({ disableExecuteApiEndpoint: false }, posture).disableExecuteApiEndpoint).toBe(gone);
    expect(restApiInputs({ disableExecuteApiEndpoint: true }, posture).disableExecuteApiEndpoint).toBe(true);
    expect(keyInputs({ enabled: true }, posture).enabled).toBe(!gone);
    expect(keyInputs({ enabled: false }, posture).enabled).toBe(false);
  });

  it('the throttle of all methods is zero once the interface is gone, other settings stay', () => {
    const settings = { metricsEnabled: true, throttlingBurstLimit: 50, throttlingRateLimit: 100 };
    const former = { restApi: 'abc', stageName: 'prod', methodPath: '*/*', settings };
    const zero = { throttlingBurstLimit: 0, throttlingRateLimit: 0 };
    expect(settingsInputs(former, posture)).toEqual({
      ...former,
      settings: { ...settings, ...(gone ? zero : {}) },
    });
  });

  it('a refusal says 410 and names the successor once the interface is gone', () => {
    const former = { statusCode: '403', responseTemplates: { 'application/json': '{}' } };
    const inputs = responseInputs(former, 'ACCESS_DENIED', posture, 'https://new.example.com');
    if (gone) expect(inputs?.responseTemplates?.['application/json']).toContain('https://new.example.com');
    expect(inputs?.statusCode).toBe(gone ? '410' : '403');
    expect(responseInputs(undefined, 'THROTTLED', posture, undefined)?.statusCode).toBe(
      gone ? '410' : undefined,
    );
    expect(responseInputs(former, 'BAD_REQUEST_BODY', posture, undefined)).toEqual(former);
  });

  it('the policy denies writing methods from read-only on, and then everything; former statements stay', () => {
    const own = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: `${stage}/GET/*` };
    const former = JSON.stringify({ Version: '2012-10-17', Statement: own });
    const text = policyText(former, posture.interfaces, stage);
    if (open) expect(text).toBe(former);
    else expect(statementsOf(text)[0]).toEqual(own);
    expect(statementsOf(text).length).toBe(open ? undefined : 2);
    const denied = open ? undefined : statementsOf(text)[1]?.Resource;
    const writing = ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${stage}/${method}/*`);
    expect(denied).toEqual(open ? undefined : gone ? `${stage}/*` : writing);
  });

  it('an API without a policy gets an allow beside the deny, and none at active', () => {
    const statements = statementsOf(policyText(undefined, posture.interfaces, stage));
    expect(statements.map(({ Effect }) => Effect)).toEqual(open ? [] : ['Allow', 'Deny']);
  });

  it('each narrowing so far has a deployment of its own', () => {
    expect(narrowingsOf(posture)).toEqual(open ? [] : gone ? ['read-only', 'gone'] : ['read-only']);
  });
});
