import type { z } from 'zod';
import { digest } from '../diagnostics/index.ts';
import type { Difference, Properties, ResourceHandler, State } from './protocol.ts';

/** Check of a resource that takes its inputs as they are: what is wrong with their shape, property by property. */
export function checkOf(schema: z.ZodType): ResourceHandler['check'] {
  return (news) => {
    const { error } = schema.safeParse(news);
    const failures = error?.issues.map(({ path, message }) => ({
      property: String(path[0]),
      reason: message,
    }));
    return Promise.resolve({ inputs: news, failures: failures ?? [] });
  };
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
