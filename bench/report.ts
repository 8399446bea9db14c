import type { Entry, Figures } from './statistics.ts';

/** The benchmarks' file: by what was measured, exactly ratio, limit, spread and ok. */
export function fileOf(results: ReadonlyMap<string, Figures>): Readonly<Record<string, Entry>> {
  return Object.fromEntries(
    [...results].map(([what, { ratio, limit, spread, ok }]) => [what, { ratio, limit, spread, ok }]),
  );
}

/** One line for people. */
export function lineOf(what: string, figures: Figures): string {
  const { ratio, spread, limit, ok, processorRatio, compared } = figures;
  const name = `${ok ? 'ok    ' : 'NOT OK'}  ${what.padEnd(34)}`;
  if (ratio === null || spread === null) return `${name} could not be measured`;
  const numbers = `ratio ${ratio.toFixed(2)} (limit ${limit.toFixed(2)}, spread ${spread.toFixed(2)})`;
  const processor = processorRatio === null ? '' : `, by processor time ${processorRatio.toFixed(2)}`;
  return `${name} ${numbers}${processor}; ${compared}`;
}
