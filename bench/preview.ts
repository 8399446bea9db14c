import type { Benchmark } from './benchmark.ts';
import { unchanged } from './contest.ts';

export const preview: Benchmark = {
  what: 'preview',
  explains: 'pulumi preview of the slice, nothing to change: our program against the minimal one',
  limit: 1.15,
  measure: async (workshop, rounds) => unchanged(await workshop.small(), 'preview', rounds),
};
