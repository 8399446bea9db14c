import type { Benchmark } from './benchmark.ts';
import { unchanged } from './contest.ts';

export const largePreview: Benchmark = {
  what: 'preview of a larger stack',
  explains: 'as preview, with 40 modules more: 80 resources more on both sides',
  limit: 1.15,
  measure: async (workshop, rounds) => unchanged(await workshop.large(), 'preview', rounds),
};
