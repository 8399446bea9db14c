import { describe, expect, it } from '@jest/globals';
import { Agenda, countsOf } from '../../../sandbox/crash/agenda.ts';
import { isServer, type Phase, phases, planBlows, share, victims } from '../../../sandbox/crash/kills.ts';
import { routeOf } from '../../../sandbox/crash/route.ts';

const anywhere: readonly Phase[] = ['preview', 'ledger write'];
/** What the stops of a short way come to. */
const stops = [
  new Set<Phase>([...anywhere, 'create']),
  new Set<Phase>([...anywhere, 'create', 'archive write', 'update']),
  new Set<Phase>([...anywhere, 'update', 'delete']),
];

describe('blows', () => {
  it('are the same for the same seed, others for another', () => {
    expect(planBlows(20, 1, victims)).toEqual(planBlows(20, 1, victims));
    expect(planBlows(20, 1, victims)).not.toEqual(planBlows(20, 2, victims));
  });

  it('fall on every victim in each round; a server is always killed outright', () => {
    const blows = planBlows(21, 3, victims);
    const counts = countsOf(blows.map(({ victim }) => victim));
    expect(Object.values(counts)).toEqual(victims.map(() => 3));
    const servers = blows.filter(({ victim }) => isServer(victim));
    expect(new Set(servers.map(({ signal }) => signal))).toEqual(new Set(['SIGKILL']));
    expect(new Set(blows.map(({ signal }) => signal)).size).toBe(3);
  });
});

describe('sharing kills out', () => {
  it('strikes every phase as often as its stops allow, and nothing where it cannot come', () => {
    const shares = share(18, stops, {});
    expect(shares.flat()).toHaveLength(18);
    for (const [at, phase] of shares.flatMap((list, at) => list.map((phase) => [at, phase] as const)))
      expect(stops[at]?.has(phase)).toBe(true);
    const counts = countsOf(shares.flat());
    expect(counts['archive write']).toBe(2);
    for (const phase of phases) expect(counts[phase]).toBeGreaterThanOrEqual(2);
  });

  it('goes on with what was struck least', () => {
    const rarely = { preview: 3, 'ledger write': 3, create: 3, 'archive write': 3, update: 3, delete: 0 };
    expect(share(2, stops, rarely)).toEqual([[], [], ['delete', 'delete']]);
  });

  it('asks for no more than can come', () => {
    expect(share(100, [new Set<Phase>(['create'])], {})).toEqual([['create', 'create', 'create']]);
    expect(share(5, [new Set()], {})).toEqual([[]]);
    expect(share(0, stops, {}).flat()).toEqual([]);
  });

  it('leaves for a later walk what did not come to its moment in this one', () => {
    const agenda = new Agenda(planBlows(12, 1, victims), stops, 2);
    const first = agenda.dueAt(0, 0).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(5);
    // Nothing came: all of it is left for the last stops.
    expect(agenda.dueAt(1, 2).length).toBeGreaterThan(5);
    expect(agenda.dueAt(2, 2)).toEqual(agenda.dueAt(1, 2));
  });
});

it('goes there, back to active, and to the end', () => {
  expect(routeOf(['active', 'read-only', 'destroyed/data'])).toEqual([
    { step: 'active', attempt: 1 },
    { step: 'read-only', attempt: 1 },
    { step: 'active', attempt: 2 },
    { step: 'read-only', attempt: 2 },
    { step: 'destroyed/data', attempt: 2 },
  ]);
});
