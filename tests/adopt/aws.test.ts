import { describe, expect, it } from '@jest/globals';
import { captureFunction } from '../../adopt/function.ts';
import type { LiveCrm } from '../../adopt/index.ts';
import { captureQueue, captureSecret } from '../../adopt/peer-carriers.ts';
import { captureRule, captureSchedule } from '../../adopt/starters.ts';
import { liveFrom, sliceWorld } from './live-slice.ts';

type Facts<Name extends 'function' | 'rule' | 'schedule' | 'queue' | 'secret'> = NonNullable<
  Awaited<ReturnType<LiveCrm[Name]>>
>;

const live = (changes: Partial<LiveCrm>): LiveCrm => ({ ...liveFrom(sliceWorld()), ...changes });
const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:nightly';
const role = 'arn:aws:iam::123456789012:role/functions';
const hidden = 'correct-horse-battery';

const nightly: Facts<'function'> = {
  configuration: {
    FunctionName: 'nightly',
    FunctionArn: arn,
    Role: role,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Description: '',
    Timeout: 60,
    MemorySize: 256,
    PackageType: 'Zip',
    CodeSha256: 'abc=',
    VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: '' },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    TracingConfig: { Mode: 'PassThrough' },
  },
  tags: { team: 'crm', 'aws:cloudformation:stack-name': 'old' },
  reservedConcurrency: -1,
  mappings: [
    {
      UUID: 'm-1',
      FunctionArn: arn,
      EventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:inbox',
      State: 'Enabled',
      BatchSize: 10,
      LastModified: new Date(0),
    },
  ],
};

function withSettings(settings: Partial<Facts<'function'>['configuration']>): LiveCrm {
  const configuration = { ...nightly.configuration, ...settings };
  return live({ function: () => Promise.resolve({ ...nightly, configuration }) });
}

describe('capturing a function', () => {
  it('takes its settings and what feeds it, and nothing of its code', async () => {
    expect(await captureFunction('nightly', withSettings({}))).toEqual({
      absent: [],
      problems: [],
      resources: {
        'function:nightly': {
          type: 'aws:lambda/function:Function',
          importId: 'nightly',
          inputs: {
            name: 'nightly',
            role,
            runtime: 'nodejs22.x',
            handler: 'index.handler',
            timeout: 60,
            memorySize: 256,
            reservedConcurrentExecutions: -1,
            tags: { team: 'crm' },
          },
        },
        'event-source-mapping:nightly/m-1': {
          type: 'aws:lambda/eventSourceMapping:EventSourceMapping',
          importId: 'm-1',
          inputs: {
            functionName: arn,
            eventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:inbox',
            enabled: true,
            batchSize: 10,
          },
        },
      },
    });
  });

  it('refuses what would be lost or come into the state, by name and never by value', async () => {
    const { problems } = await captureFunction(
      'nightly',
      withSettings({
        Environment: { Variables: { PASSWORD: hidden } },
        VpcConfig: { SubnetIds: ['subnet-1'] },
        PackageType: 'Image',
      }),
    );
    expect(problems.map(({ code, detail }) => [code, detail])).toEqual([
      ['capture-setting-not-kept', 'function nightly has PackageType, VpcConfig, Environment'],
    ]);
    expect(JSON.stringify(problems)).not.toContain(hidden);
  });

  it('refuses a mapping that filters: the filter would be lost', async () => {
    const mappings = [{ ...nightly.mappings[0], FilterCriteria: { Filters: [{ Pattern: '{}' }] } }];
    const world = live({ function: () => Promise.resolve({ ...nightly, mappings }) });
    const { problems } = await captureFunction('nightly', world);
    expect(problems[0]?.detail).toBe('event source mapping m-1 of function nightly has FilterCriteria');
  });
});

const rule: Facts<'rule'> = {
  rule: { Name: 'corrections', Arn: 'arn:rule', EventPattern: '{"source":["crm"]}', State: 'ENABLED' },
  targets: [{ Id: 'importer', Arn: arn }],
};
const timer: Facts<'schedule'> = {
  Name: 'nightly',
  GroupName: 'default',
  ScheduleExpression: 'rate(1 day)',
  ScheduleExpressionTimezone: 'UTC',
  State: 'DISABLED',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: arn, RoleArn: role, RetryPolicy: { MaximumRetryAttempts: 3 } },
};

describe('capturing what starts things', () => {
  it('takes a rule with its targets, and a schedule with its nested settings', async () => {
    const world = live({
      rule: () => Promise.resolve(rule),
      schedule: () => Promise.resolve(timer),
    });
    const { resources, problems } = await captureRule('corrections', world);
    expect(problems).toEqual([]);
    expect(resources['event-rule:corrections']).toMatchObject({
      importId: 'default/corrections',
      inputs: { name: 'corrections', eventPattern: '{"source":["crm"]}', state: 'ENABLED' },
    });
    expect(resources['event-target:corrections/importer']).toMatchObject({
      importId: 'corrections/importer',
      inputs: { rule: 'corrections', targetId: 'importer', arn },
    });
    const captured = await captureSchedule('nightly', world);
    expect(captured.problems).toEqual([]);
    expect(captured.resources['schedule:nightly']).toMatchObject({
      importId: 'default/nightly',
      inputs: {
        state: 'DISABLED',
        flexibleTimeWindow: { mode: 'OFF' },
        target: { arn, roleArn: role, retryPolicy: { maximumRetryAttempts: 3 } },
      },
    });
  });

  it('refuses targets and times it would lose', async () => {
    const ecs = { Id: 'task', Arn: arn, EcsParameters: { TaskDefinitionArn: 'arn:task' } };
    const targets = live({ rule: () => Promise.resolve({ ...rule, targets: [ecs] }) });
    expect((await captureRule('corrections', targets)).problems[0]?.detail).toBe(
      'target task of rule corrections has EcsParameters',
    );
    const ending = live({ schedule: () => Promise.resolve({ ...timer, EndDate: new Date(0) }) });
    expect((await captureSchedule('nightly', ending)).problems[0]?.detail).toBe(
      'schedule nightly has EndDate',
    );
  });
});

const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/erp';
const queue: Facts<'queue'> = {
  url,
  attributes: { QueueArn: 'arn:queue', VisibilityTimeout: '45', ApproximateNumberOfMessages: '7' },
  tags: {},
};
const secret: Facts<'secret'> = { ARN: 'arn:secret', Name: 'erp', CreatedDate: new Date(0) };

describe('capturing what a peer uses', () => {
  it('enters that there is no policy, so that there is none again on the way back', async () => {
    const world = live({
      queue: () => Promise.resolve(queue),
      secret: () => Promise.resolve(secret),
      observe: () => Promise.resolve(undefined),
    });
    expect(await captureQueue('erp', world)).toEqual({
      resources: {
        'queue:erp': {
          type: 'aws:sqs/queue:Queue',
          importId: url,
          inputs: { name: 'erp', visibilityTimeoutSeconds: 45 },
        },
      },
      absent: ['queue-policy:erp'],
      problems: [],
    });
    expect(await captureSecret('erp', world)).toEqual({
      resources: {
        'secret:erp': {
          type: 'aws:secretsmanager/secret:Secret',
          importId: 'arn:secret',
          inputs: { name: 'erp' },
        },
      },
      absent: ['secret-policy:erp'],
      problems: [],
    });
  });

  it('keeps a policy whole', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] };
    const attributes = { ...queue.attributes, Policy: JSON.stringify(policy) };
    const world = live({
      queue: () => Promise.resolve({ ...queue, attributes }),
      secret: () => Promise.resolve(secret),
      observe: () => Promise.resolve({ policy }),
    });
    for (const [name, found] of [
      ['queue-policy:erp', await captureQueue('erp', world)],
      ['secret-policy:erp', await captureSecret('erp', world)],
    ] as const) {
      expect(JSON.parse(found.resources[name]?.inputs.policy as string)).toEqual(policy);
    }
  });

  it('refuses a queue in order and a secret with replicas', async () => {
    const attributes = { ...queue.attributes, FifoQueue: 'true' };
    const world = live({
      queue: () => Promise.resolve({ ...queue, attributes }),
      secret: () => Promise.resolve({ ...secret, ReplicationStatus: [{ Region: 'eu-west-1' }] }),
      observe: () => Promise.resolve(undefined),
    });
    expect((await captureQueue('erp', world)).problems[0]?.detail).toBe('queue erp has FifoQueue');
    expect((await captureSecret('erp', world)).problems[0]?.detail).toBe('secret erp has ReplicationStatus');
  });
});

it.each([
  ['function', captureFunction],
  ['rule', captureRule],
  ['schedule', captureSchedule],
  ['queue', captureQueue],
  ['secret', captureSecret],
] as const)('a %s that is not there is named', async (kind, read) => {
  const { problems } = await read('gone', live({}));
  expect(problems.map(({ code }) => code)).toEqual(['capture-absent']);
  expect(problems[0]?.detail).toContain(`${kind} gone`);
});
