import fc from 'fast-check';

/** What a run is in the middle of when it is struck. `preview`, `create`, `update`, `delete`: the engine's own words for it. */
export const phases = ['preview', 'ledger write', 'create', 'archive write', 'update', 'delete'] as const;
export type Phase = (typeof phases)[number];

/**
 * What is struck. The AWS stand-in keeps its state in memory: of `aws` the way to it is killed, so that every connection breaks
 * and none can be made until it is started again.
 */
export const victims = [
  'engine',
  'program',
  'teardown plugin',
  'stand-in plugin',
  'database',
  'aws',
  'identity',
] as const;
export type Victim = (typeof victims)[number];

/** A live system: it is always killed outright, and started again when the run has ended. */
export function isServer(victim: Victim): boolean {
  return victim === 'database' || victim === 'aws' || victim === 'identity';
}

/** Who is struck, and how. */
export interface Blow {
  readonly victim: Victim;
  readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT';
  /** Milliseconds after the phase has begun. */
  readonly delay: number;
}

export interface Kill extends Blow {
  readonly phase: Phase;
}

/** The same seed gives the same blows: every victim in each round, in an order by chance, with signals and delays by chance. */
export function planBlows(count: number, seed: number, possible: readonly Victim[]): readonly Blow[] {
  const signals = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const;
  const one = fc.record({ signal: fc.constantFrom(...signals), delay: fc.nat({ max: 120 }) });
  const round = fc.shuffledSubarray([...possible], { minLength: possible.length });
  const rounds = fc.sample(round, { seed, numRuns: Math.ceil(count / possible.length) });
  const chances = fc.sample(one, { seed: seed + 1, numRuns: count });
  return rounds.flat().flatMap((victim, i) => {
    const { signal, delay } = chances[i] ?? {};
    if (signal === undefined || delay === undefined) return [];
    return [{ victim, signal: isServer(victim) ? 'SIGKILL' : signal, delay }];
  });
}

/** At one stop no phase comes to its moment more often than that, however often the step is run again. */
const mostAtOneStop: Readonly<Record<Phase, number>> = {
  preview: 6,
  'ledger write': 6,
  create: 3,
  'archive write': 2,
  update: 4,
  delete: 4,
};

export type Counts = Readonly<Partial<Record<Phase, number>>>;

/**
 * Shares kills out over the stops of a way: which phases are to be struck at each of them, in the order a run comes to them.
 * `stops` says what a run of each can come to, `struck` what was struck before: the phase that was struck least often is next,
 * at the stop that has least to bear.
 */
export function share(
  count: number,
  stops: readonly ReadonlySet<Phase>[],
  struck: Counts,
): readonly (readonly Phase[])[] {
  const shares: Phase[][] = stops.map(() => []);
  const times = (list: readonly Phase[], phase: Phase): number =>
    list.filter((each) => each === phase).length;
  const assigned = (phase: Phase): number => (struck[phase] ?? 0) + times(shares.flat(), phase);
  for (let i = 0; i < count; i += 1) {
    const places = phases
      .toSorted((one, other) => assigned(one) - assigned(other))
      .flatMap((phase) =>
        shares
          .filter((list, at) => stops[at]?.has(phase) && times(list, phase) < mostAtOneStop[phase])
          .toSorted((one, other) => times(one, phase) - times(other, phase) || one.length - other.length)
          .slice(0, 1)
          .map((list) => ({ phase, list })),
      );
    const [next] = places;
    if (next === undefined) break;
    next.list.push(next.phase);
  }
  return shares.map((list) => list.toSorted((one, other) => phases.indexOf(one) - phases.indexOf(other)));
}
