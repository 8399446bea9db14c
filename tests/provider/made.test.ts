import { describe, expect, it } from '@jest/globals';
import type { Observed } from '../../lifecycle/index.ts';
import { made } from '../../provider/index.ts';
import { FakeLive } from './handlers.ts';

const target = { kind: 'rds-snapshot', id: 'crm-archive-1' } as const;
const creations = [{ name: 'rds-archive-snapshot', target, expect: { instance: 'crm' } }];

describe('what the teardown has made before', () => {
  it('is taken over if it is there as expected', async () => {
    const live = new FakeLive();
    expect(await made(live)({ creations })).toEqual({});
    live.set(target, { id: 'crm-archive-1', instance: 'crm', status: 'available' });
    expect(await made(live)({ creations })).toEqual({ 'rds-archive-snapshot': 'crm-archive-1' });
    expect(await made(live)({ creations: [] })).toEqual({});
  });

  it.each<Observed>([
    { instance: 'shop', id: 'crm-archive-1' },
    { id: 'crm-archive-1' },
    { instance: 'crm' },
  ])('is not, if it is something else: %j', async (found) => {
    const live = new FakeLive();
    live.set(target, found);
    expect(await made(live)({ creations })).toEqual({});
  });

  it('is unknown, and the run ends, if it cannot be looked at', async () => {
    const live = new FakeLive();
    live.set(target, new Error('out of reach'));
    await expect(made(live)({ creations })).rejects.toThrow('out of reach');
    await expect(made(live)({})).rejects.toThrow();
  });
});
