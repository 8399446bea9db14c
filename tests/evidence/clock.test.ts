import { afterAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonical } from '../../diagnostics/index.ts';
import {
  acquireLock,
  approve,
  evaluateGate,
  freeze,
  inspectLock,
  openStore,
  unfreeze,
  withdraw,
} from '../../evidence/index.ts';
import { realProcesses } from '../../evidence/processes.ts';
import { errorOf, hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

const started = Date.parse('2026-11-01T08:00:00Z');
const tenYears = 10 * 365 * 86_400_000;

/** A system that was captured, taken over, frozen, approved twice and withdrawn once, each entry made at the next of these times. */
async function lifeAt(times: readonly number[]): Promise<Awaited<ReturnType<typeof newStore>>> {
  const { directory } = await newStore();
  let looks = 0;
  const store = await openStore(directory, {
    now: () => new Date(times[looks++ % times.length] ?? started),
  });
  const checks = [{ name: 'probe', verdict: 'passed' as const, detail: '', hint: '' }];
  const about = { step: 'read-only', attempt: 1, intent: hex('a') } as const;
  await store.append({ kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') });
  const active = { step: 'active', attempt: 1 } as const;
  const entered = { from: null, entered: 'start', intent: hex('b'), reason: 'r' } as const;
  await store.append({ kind: 'step-entered', ...active, ...entered });
  await store.append({ kind: 'step-reached', ...active, checks });
  await freeze({ store, by: 'Ada', reason: 'r' });
  await unfreeze({ store, by: 'Ada', reason: 'r' });
  await approve({ store, ...about, approver: 'Ada', reason: 'ready' });
  const [given] = (await store.ledger()).approvals('read-only', 1);
  await withdraw({ store, attestation: given?.body.attestation ?? '', reason: 'not ready' });
  await approve({ store, ...about, approver: 'Lin', reason: 'ready now' });
  return openStore(directory);
}

/** What the ledger says, without when. */
async function meaningOf(store: Awaited<ReturnType<typeof newStore>>) {
  const view = await store.ledger();
  return {
    order: view.entries.map(({ sequence, body }) => [sequence, body.kind]),
    position: view.position(),
    approvals: view.approvals('read-only', 1).map(({ sequence }) => sequence),
    former: view.formerDigest(),
    frozen: view.freeze(),
  };
}

describe('a clock that jumps', () => {
  it('reorders nothing in the ledger, and changes nothing of what it says', async () => {
    const steady = await meaningOf(await lifeAt([started]));
    expect(steady).toMatchObject({ position: { step: 'active', reached: true }, approvals: [9] });
    const jumps = fc.array(fc.integer({ min: -tenYears, max: tenYears }), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(jumps, async (offsets) => {
        const store = await lifeAt(offsets.map((offset) => started + offset));
        expect(await meaningOf(store)).toEqual(steady);
      }),
      { numRuns: process.env.FULL === undefined ? 10 : 200 },
    );
  });

  it.each(['1990-01-01T00:00:00.000Z', '2090-01-01T00:00:00.000Z'])(
    'makes no living holder of a lock dead, and no dead one alive: it says %s',
    async (time) => {
      const store = await newStore();
      const holder = { ...(await realProcesses.self('a run', new Date())), time };
      const file = join(store.directory, 'lock.json');
      await writeFile(file, canonical(holder));
      expect(await inspectLock(store)).toMatchObject({ liveness: 'alive' });
      const waiting = errorOf(acquireLock(store, 'another run', { limit: '0 seconds' }));
      expect((await waiting).problems[0].code).toBe('lock-busy');
      await writeFile(file, canonical({ ...holder, processStart: '1' }));
      expect(await inspectLock(store)).toMatchObject({ liveness: 'dead' });
    },
  );

  it('back shortens no lead time of a notice: before it was sent it opens nothing', async () => {
    const view = await (await lifeAt([started])).ledger();
    const notices = [{ to: 'customers', sent: '2026-09-01', leadTime: '30 days' } as const];
    const verdictAt = (now: string) =>
      evaluateGate({
        move: { from: 'active', to: 'read-only', direction: 'forward', entered: 'forward', attempt: 1 },
        covered: ['read-only'],
        view,
        intent: hex('a'),
        formerDigest: hex('f'),
        facts: { unknownFeatures: [], notices },
        now: new Date(now),
      }).find(({ name }) => name === 'notices')?.verdict;
    expect(verdictAt('2026-11-01T08:00:00Z')).toBe('passed');
    for (const back of ['2026-09-15T00:00:00Z', '2026-08-01T00:00:00Z', '1970-01-01T00:00:00Z'])
      expect(verdictAt(back)).toBe('failed');
  });
});
