import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { capture } from '../../adopt/index.ts';
import { createStore, openStore } from '../../evidence/index.ts';
import { loadInventory } from '../../inventory/index.ts';
import { type Step } from '../../lifecycle/index.ts';
import { expectedOf } from '../../sandbox/demo/attempts.ts';
import { callGateway, gatewayDoors, type GatewayDoorKeys } from '../../sandbox/demo/doors/gateway.ts';
import { Pulumi } from '../../sandbox/index.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { type Environment } from '../../sandbox/slice/environment.ts';
import { startFront } from '../../sandbox/world/front.ts';
import { gateway, type GatewayKeys } from '../../sandbox/world/gateway.ts';
import { postures } from '../../stacks/index.ts';
import { testSandbox } from '../sandbox-name.ts';
import { moveTo, type System } from './system.ts';

const quickly = ['--skip-preview'];
const successorUrl = 'https://crm.example.com/api';

interface GatewaySystem {
  readonly system: System;
  readonly keys: GatewayKeys;
  readonly environment: Environment;
  readonly picture: () => Promise<unknown>;
}

/** A captured system that consists of a gateway and nothing else. */
async function gatewaySystem(): Promise<GatewaySystem> {
  const sandbox = testSandbox();
  const name = `g-${randomBytes(4).toString('hex')}`;
  const environment = environmentOf(sandbox.env);
  const surroundings = { environment, system: name, underscored: name.replaceAll('-', '_'), accounts: 1 };
  const keys = await gateway.build(surroundings);
  const directory = join(sandbox.directory, 'systems', name);
  mkdirSync(directory, { recursive: true });
  const inventory = join(directory, `${name}.inventory.yaml`);
  const described = {
    system: name,
    reason: { code: 'replaced', text: 'a test of the engine' },
    breakGlass: {},
    evidenceStore: './evidence',
    timing: { notice: '30 days' },
    dataClasses: {},
    interfaces: [{ name: 'rest', gateway: `${name}-api/prod`, ownership: 'exclusive', successorUrl }],
    features: {
      'mail-campaigns': 'absent',
      sms: 'absent',
      'mobile-app': 'absent',
      dashboards: 'absent',
      'auto-update': 'absent',
    },
    notices: [{ to: 'callers', sent: '2026-09-01', proof: 'mail-batch-1' }],
  };
  writeFileSync(inventory, stringify(described));
  const loaded = await loadInventory(inventory);
  await createStore(loaded.evidenceStore, { system: name, sandbox: true });
  const pulumi = new Pulumi({ sandbox, stack: name });
  await pulumi.init({ stage: 'active', reason: 'a test of the engine', inventory });
  const store = await openStore(loaded.evidenceStore);
  await capture({ ...loaded, store, formerFile: loaded.paths.former });
  // The helpers of the engine tests look at the world of the slice only in functions that are not used here.
  const system = { name, sandbox, pulumi, inventory, directory, loaded } as unknown as System;
  return { system, keys, environment, picture: () => gateway.read(surroundings) };
}

async function tryDoors(keys: GatewayDoorKeys, step: Step): Promise<void> {
  for (const door of gatewayDoors) {
    const seen = { step, attempt: door.attempt, outcome: await door.run(keys) };
    expect(seen).toEqual({ ...seen, outcome: expectedOf(door, postures[step]) });
  }
}

describe('a system of one gateway', () => {
  it('is taken over unchanged, narrowed, opened again, narrowed and removed', async () => {
    const { system, keys, environment, picture } = await gatewaySystem();
    const front = await startFront({ ...keys, environment });
    const doors = { ...keys, front: front.url };
    try {
      const before = await picture();
      expect(readFileSync(system.loaded.paths.former, 'utf8')).not.toContain(keys.erpKey);
      const [adopted] = await moveTo(system, 'active');
      expect(adopted?.changes).toMatchObject({ delete: 0, import: 8 });
      expect(await picture()).toEqual(before);
      await tryDoors(doors, 'active');

      await moveTo(system, 'read-only', quickly);
      await tryDoors(doors, 'read-only');
      await moveTo(system, 'revoked/interfaces', quickly);
      await tryDoors(doors, 'revoked/interfaces');
      const answer = await callGateway(front.url, 'GET', keys.erpKey);
      expect(answer.status).toBe(410);
      expect(JSON.parse(answer.body)).toMatchObject({ successor: successorUrl });

      await moveTo(system, 'active', quickly);
      expect(await picture()).toEqual(before);
      await tryDoors(doors, 'active');

      for (const step of system.loaded.plan.slice(1)) {
        await moveTo(system, step, quickly);
        await tryDoors(doors, step);
      }
      expect(await picture()).toEqual({ api: null, keys: [], plan: null, planKeys: [] });
    } finally {
      await front.close();
    }
  }, 300_000);
});
