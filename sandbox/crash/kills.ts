import fc from 'fast-check';

/** What a run is in the middle of when it is struck. `preview`, `create`, `update`, `delete`: the engine's own words for it. */
export const phases = ['create', 'update', 'delete', 'ledger write', 'archive write', 'preview'] as const;
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

export interface Kill {
  readonly phase: Phase;
  readonly victim: Victim;
  readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT';
  /** Milliseconds after the phase has begun. */
  readonly delay: number;
}

/** The same seed gives the same kills: every phase and every victim in turn, with signals and delays by chance. */
export function planKills(
  count: number,
  seed: number,
  possible: { readonly phases: readonly Phase[]; readonly victims: readonly Victim[] },
): readonly Kill[] {
  const chance = fc.record({
    signal: fc.constantFrom('SIGKILL' as const, 'SIGKILL' as const, 'SIGTERM' as const, 'SIGINT' as const),
    delay: fc.nat({ max: 120 }),
    victims: fc.shuffledSubarray([...possible.victims], { minLength: possible.victims.length }),
  });
  const [first] = fc.sample(chance, { seed, numRuns: 1 });
  return fc.sample(chance, { seed: seed + 1, numRuns: count }).map(({ signal, delay }, i) => {
    // Another victim each time a phase comes round again.
    const turn = i + Math.floor(i / possible.phases.length);
    const victim = first?.victims[turn % possible.victims.length] ?? 'engine';
    const phase = possible.phases[i % possible.phases.length] ?? 'update';
    return { phase, victim, signal: isServer(victim) ? 'SIGKILL' : signal, delay };
  });
}
