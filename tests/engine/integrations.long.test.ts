import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { integrationDoors } from '../../sandbox/demo/doors/integrations.ts';
import { integrations } from '../../sandbox/world/integrations.ts';
import { tryDoors } from './doors.ts';
import { partSystem } from './part-system.ts';
import { moveTo } from './system.ts';

const quickly = ['--skip-preview'];
const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const runner = user('teardown-runner');

interface Picture {
  readonly queue: { readonly policy: { readonly Statement: unknown } };
  readonly erpSecret: { readonly policy: unknown };
}

describe('the exchange with peers', () => {
  it('is taken over unchanged, cut, connected again, cut and removed; no value of a secret is read', async () => {
    const { system, keys, picture } = await partSystem(integrations, (name) => ({
      runner: { aws: runner },
      breakGlass: { aws: user(`${name}-break-glass`) },
      integrations: [
        {
          ...{ name: 'erp', kind: 'sync', peer: 'ERP', owner: 'logistics', ownership: 'exclusive' },
          ...{ queue: `${name}-erp-orders`, schedule: `${name}-erp-nightly`, secret: `${name}/erp` },
        },
        {
          ...{
            name: 'finance',
            kind: 'automation',
            peer: 'finance',
            owner: 'finance',
            ownership: 'exclusive',
          },
          ...{ rule: `${name}-invoices`, secret: `${name}/finance` },
        },
      ],
    }));
    const before = await picture();
    const [adopted] = await moveTo(system, 'active');
    expect(adopted?.changes).toMatchObject({ import: 8, delete: 0 });
    expect(await picture()).toEqual(before);
    await tryDoors(integrationDoors, keys, 'active');

    await moveTo(system, 'read-only', quickly);
    expect(await picture()).toEqual(before);
    await moveTo(system, 'revoked/integrations', quickly);
    await tryDoors(integrationDoors, keys, 'revoked/integrations');
    const exempt = [runner, user(keys.breakGlassAccess)];
    const ours = { Effect: 'Deny', Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } } };
    const former = (before as unknown as Picture).queue.policy.Statement;
    const cut = (await picture()) as unknown as Picture;
    expect(cut.queue.policy.Statement).toEqual([former, expect.objectContaining(ours)]);
    expect(cut.erpSecret.policy).toMatchObject({ Statement: [ours] });

    const state = JSON.stringify(await system.pulumi.state());
    for (const text of [state, readFileSync(system.loaded.paths.former, 'utf8')]) {
      expect(text).toContain(keys.erpSecret);
      expect(text).not.toContain('value of ');
    }

    await moveTo(system, 'active', quickly);
    expect(await picture()).toEqual(before);
    await tryDoors(integrationDoors, keys, 'active');

    for (const step of system.loaded.plan.slice(1)) {
      await moveTo(system, step, quickly);
      await tryDoors(integrationDoors, keys, step);
    }
    const gone = { queue: null, rule: null, schedule: null, erpSecret: null, financeSecret: null };
    expect(await picture()).toEqual({ ...(before as object), ...gone });
  }, 300_000);
});
