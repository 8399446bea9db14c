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

/** A line of the benchmarks' file. */
export interface Entry {
  /** Median of the ratios of the pairs, by the clock; null if it could not be measured. */
  readonly ratio: number | null;
  readonly limit: number;
  /** Half the distance between the quartiles of these ratios. */
  readonly spread: number | null;
  readonly ok: boolean;
}

export interface Figures extends Entry {
  /** The same ratio by processor time. */
  readonly processorRatio: number | null;
  /** Medians by the clock. */
  readonly seconds: { readonly measured: number; readonly baseline: number } | null;
}

/** No pair is no proof: then it is not ok. */
export function figuresOf(pairs: readonly Pair[], limit: number): Figures {
  if (pairs.length === 0) return notMeasured(limit);
  const ratios = pairs.map(({ measured, baseline }) => measured.seconds / baseline.seconds);
  const ratio = quantile(ratios, 0.5);
  const middle = (which: keyof Pair): number =>
    quantile(
      pairs.map((pair) => pair[which].seconds),
      0.5,
    );
  return {
    ratio,
    limit,
    spread: (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2,
    ok: ratio <= limit,
    processorRatio: quantile(
      pairs.map(({ measured, baseline }) => measured.processorSeconds / baseline.processorSeconds),
      0.5,
    ),
    seconds: { measured: middle('measured'), baseline: middle('baseline') },
  };
}

/** What could not be measured is not ok. */
export function notMeasured(limit: number): Figures {
  return { ratio: null, limit, spread: null, ok: false, processorRatio: null, seconds: null };
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
