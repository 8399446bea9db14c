import type { Benchmark } from './benchmark.ts';
import { changed } from './contest.ts';

export const upWithChange: Benchmark = {
  what: 'up with a change',
  explains: 'pulumi up of the slice that changes one grant; ours also passes its gate and verifies',
  limit: 1.15,
  measure: async (workshop, rounds) => changed(await workshop.small(), rounds),
};
