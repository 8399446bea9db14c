import type { Measurement } from './statistics.ts';
import type { Workshop } from './workshop.ts';

/** One line of the benchmarks' file: something of ours against a baseline or a limit, in the same run on the same machine. */
export interface Benchmark {
  readonly what: string;
  /** What is compared with what, for a reader of the output. */
  readonly explains: string;
  /** The ratio may be at most this. */
  readonly limit: number;
  /** Measures `rounds` times. Throws if it cannot. */
  measure(workshop: Workshop, rounds: number): Promise<Measurement>;
}
