import process from 'node:process';

/**
 * How often the fuzz tests try a property: `count` times, ten times as often with FULL=1. A failure prints its seed; with
 * FUZZ_SEED=<that seed> the same changes are made again.
 */
export function tries(count: number): { readonly numRuns: number; readonly seed?: number } {
  const { FULL, FUZZ_SEED } = process.env;
  const numRuns = FULL === undefined ? count : 10 * count;
  return FUZZ_SEED === undefined ? { numRuns } : { numRuns, seed: Number(FUZZ_SEED) };
}

/** How long such a property may take. */
export const fuzzLimit = process.env.FULL === undefined ? 120_000 : 1_200_000;
