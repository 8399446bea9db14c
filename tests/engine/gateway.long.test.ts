import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { callGateway, gatewayDoors } from '../../sandbox/demo/doors/gateway.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { startFront } from '../../sandbox/world/front.ts';
import { gateway } from '../../sandbox/world/gateway.ts';
import { testSandbox } from '../sandbox-name.ts';
import { tryDoors } from './doors.ts';
import { partSystem } from './part-system.ts';
import { moveTo } from './system.ts';

const quickly = ['--skip-preview'];
const successorUrl = 'https://crm.example.com/api';

describe('a system of one gateway', () => {
  it('is taken over unchanged, narrowed, opened again, narrowed and removed', async () => {
    const { system, keys, picture } = await partSystem(gateway, (name) => ({
      interfaces: [{ name: 'rest', gateway: `${name}-api/prod`, ownership: 'exclusive', successorUrl }],
    }));
    const environment = environmentOf(testSandbox().env);
    const front = await startFront({ ...keys, environment });
    const doors = { ...keys, front: front.url };
    try {
      const before = await picture();
      expect(readFileSync(system.loaded.paths.former, 'utf8')).not.toContain(keys.erpKey);
      const [adopted] = await moveTo(system, 'active');
      expect(adopted?.changes).toMatchObject({ delete: 0, import: 8 });
      expect(await picture()).toEqual(before);
      await tryDoors(gatewayDoors, doors, 'active');

      await moveTo(system, 'read-only', quickly);
      await tryDoors(gatewayDoors, doors, 'read-only');
      await moveTo(system, 'revoked/interfaces', quickly);
      await tryDoors(gatewayDoors, doors, 'revoked/interfaces');
      const answer = await callGateway(front.url, 'GET', keys.erpKey);
      expect(answer.status).toBe(410);
      expect(JSON.parse(answer.body)).toMatchObject({ successor: successorUrl });

      await moveTo(system, 'active', quickly);
      expect(await picture()).toEqual(before);
      await tryDoors(gatewayDoors, doors, 'active');

      for (const step of system.loaded.plan.slice(1)) {
        await moveTo(system, step, quickly);
        await tryDoors(gatewayDoors, doors, step);
      }
      expect(await picture()).toEqual({ api: null, keys: [], plan: null, planKeys: [] });
    } finally {
      await front.close();
    }
  }, 300_000);
});
