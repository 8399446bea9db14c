import type { Benchmark } from './benchmark.ts';
import { changed } from './contest.ts';

export const largeUpWithChange: Benchmark = {
  what: 'up with a change of a larger stack',
  explains: 'as up with a change, with 40 modules more: 80 resources more on both sides',
  limit: 1.15,
  measure: async (workshop, rounds) => changed(await workshop.large(), rounds),
};
