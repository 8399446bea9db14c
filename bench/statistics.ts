/** What is made of measurements: pairs of neighbouring runs, their ratios, and the verdict. */

/** One run. */
export interface Sample {
  /** By the clock. */
  readonly seconds: number;
  /** User and system time of the process and all it started; other work on the machine moves it less. */
  readonly processorSeconds: number;
}

/** Two runs of one round, one after the other. */
export interface Pair {
  readonly measured: Sample;
  readonly baseline: Sample;
}

/** What a benchmark has found, before it is judged. */
export interface Measurement {
  /** Of each round. */
  readonly ratios: readonly number[];
  /** The same by processor time, where it is about time. */
  readonly processorRatios?: readonly number[];
  /** The two sides of the ratio, for people. */
  readonly compared: string;
}

/** A line of the benchmarks' file. */
export interface Entry {
  /** Median of the ratios of the rounds; null if it could not be measured. */
  readonly ratio: number | null;
  readonly limit: number;
  /** Half the distance between the quartiles of these ratios. */
  readonly spread: number | null;
  readonly ok: boolean;
}

export interface Figures extends Entry {
  /** The same ratio by processor time; null where it is not about time. */
  readonly processorRatio: number | null;
  readonly compared: string;
}

/** The ratio of each pair, by the clock and by processor time. */
export function comparison(pairs: readonly Pair[]): Measurement {
  const middle = (which: keyof Pair): string => median(pairs.map((pair) => pair[which].seconds)).toFixed(2);
  return {
    ratios: pairs.map(({ measured, baseline }) => measured.seconds / baseline.seconds),
    processorRatios: pairs.map(
      ({ measured, baseline }) => measured.processorSeconds / baseline.processorSeconds,
    ),
    compared: `${middle('measured')} s against ${middle('baseline')} s`,
  };
}

/** No round is no proof: then it is not ok. */
export function figuresOf({ ratios, processorRatios = [], compared }: Measurement, limit: number): Figures {
  if (ratios.length === 0) return notMeasured(limit);
  const ratio = median(ratios);
  return {
    ratio,
    limit,
    spread: (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2,
    ok: ratio <= limit,
    processorRatio: processorRatios.length > 0 ? median(processorRatios) : null,
    compared,
  };
}

/** What could not be measured is not ok. */
export function notMeasured(limit: number): Figures {
  return { ratio: null, limit, spread: null, ok: false, processorRatio: null, compared: '' };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Rounds of two runs each; they take turns at being first, so that neither always finds the warmer machine. */
export async function interleave(
  rounds: number,
  runs: Readonly<Record<keyof Pair, () => Promise<Sample>>>,
  afterRound: (round: number) => void = () => undefined,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const baselineFirst = round % 2 === 0;
    const early = await (baselineFirst ? runs.baseline : runs.measured)();
    const late = await (baselineFirst ? runs.measured : runs.baseline)();
    pairs.push(baselineFirst ? { measured: late, baseline: early } : { measured: early, baseline: late });
    afterRound(round);
  }
  return pairs;
}

/** Linear between the two nearest values. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place - Math.floor(place));
}
