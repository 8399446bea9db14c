import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeFunction, describeSecret, observe } from '../../connectors/index.ts';
import type { LiveTarget } from '../../lifecycle/index.ts';
import { enterSandbox } from '../../sandbox/index.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { type FunctionKeys, functions } from '../../sandbox/world/functions.ts';
import { type IntegrationKeys, integrations } from '../../sandbox/world/integrations.ts';
import { testSandbox } from '../sandbox-name.ts';

// Real servers on a machine that does other things, too.
jest.setTimeout(60_000);

let back: FunctionKeys;
let peers: IntegrationKeys;
beforeAll(async () => {
  enterSandbox(testSandbox());
  const environment = environmentOf(testSandbox().env);
  const surroundings = { environment, system: `see-${process.pid}`, underscored: '', accounts: 1 };
  back = await functions.build(surroundings);
  peers = await integrations.build(surroundings);
}, 60_000);

describe('observing functions, what starts them, and the exchange with peers', () => {
  it('sees every kind of thing, by the names of the contract', async () => {
    expect(await observe({ kind: 'function', name: back.importer })).toEqual({ reservedConcurrency: 5 });
    expect(await observe({ kind: 'function', name: back.nightly })).toEqual({ reservedConcurrency: -1 });
    const [mapping] = (await describeFunction(back.importer))?.mappings ?? [];
    const id = mapping?.UUID ?? '';
    expect(await observe({ kind: 'event-source-mapping', id })).toEqual({ state: 'Enabled' });
    expect(await observe({ kind: 'event-rule', name: back.rule })).toEqual({ state: 'ENABLED' });
    const target = { kind: 'event-target', rule: back.rule, id: 'importer' } as const;
    expect(await observe(target)).toEqual({ arn: expect.stringContaining(`:${back.importer}`) });
    expect(await observe({ kind: 'schedule', name: back.schedule })).toEqual({ state: 'ENABLED' });
    const queue = peers.queue.split('/').at(-1) ?? '';
    expect(await observe({ kind: 'queue', name: queue })).toEqual({
      arn: expect.stringContaining(`:${queue}`),
    });
    expect(await observe({ kind: 'queue-policy', queue })).toEqual({
      policy: expect.objectContaining({ Id: 'erp' }),
    });
    expect(await observe({ kind: 'secret', name: peers.financeSecret })).toEqual({
      arn: expect.stringContaining(peers.financeSecret),
    });
    expect(await observe({ kind: 'secret-policy', secret: peers.financeSecret })).toEqual({
      policy: expect.objectContaining({ Version: '2012-10-17' }),
    });
  });

  it('is undefined for what is not there, and for a policy that nobody set', async () => {
    const gone = 'not-there';
    const targets: readonly LiveTarget[] = [
      { kind: 'function', name: gone },
      { kind: 'event-source-mapping', id: '00000000-0000-0000-0000-000000000000' },
      { kind: 'event-rule', name: gone },
      { kind: 'event-target', rule: gone, id: gone },
      { kind: 'event-target', rule: back.rule, id: gone },
      { kind: 'schedule', name: gone },
      { kind: 'queue', name: gone },
      { kind: 'queue-policy', queue: gone },
      { kind: 'queue-policy', queue: peers.neighbourQueue.split('/').at(-1) ?? '' },
      { kind: 'secret', name: gone },
      { kind: 'secret-policy', secret: gone },
      { kind: 'secret-policy', secret: peers.erpSecret },
    ];
    for (const target of targets) expect([target, await observe(target)]).toEqual([target, undefined]);
  });

  it('never holds the value of a secret or where the code of a function lies', async () => {
    expect(JSON.stringify(await describeSecret(peers.erpSecret))).not.toContain('value of');
    expect(await describeFunction(back.importer)).not.toHaveProperty('code');
    expect(JSON.stringify(await describeFunction(back.importer))).not.toMatch(/Location|RepositoryType/);
  });
});
