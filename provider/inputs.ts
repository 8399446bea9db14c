import type { z } from 'zod';
import { digest } from '../diagnostics/index.ts';
import type { CheckFailure, Difference, Properties, State } from './protocol.ts';

/** What is wrong with the shape of inputs, property by property. */
export function shapeFailures(error: z.ZodError | undefined): readonly CheckFailure[] {
  return error?.issues.map(({ path, message }) => ({ property: String(path[0]), reason: message })) ?? [];
}

/** Inputs of the schema that differ from the old ones, and `open`: outputs that this run has to give anew. All update in place. */
export function updated(
  { shape }: z.ZodObject,
  news: Properties,
  old: State,
  open: readonly string[] = [],
): Difference {
  const changed = Object.keys(shape).filter(
    (name) => digest(news[name] ?? null) !== digest(old.inputs[name] ?? null),
  );
  return { changes: Object.fromEntries([...changed, ...open].map((name) => [name, 'update'])) };
}
