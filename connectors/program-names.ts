import type { Json } from '../diagnostics/index.ts';

/** Nested settings with the names a program gives them: `MaximumRetryAttempts` is `maximumRetryAttempts`. */
export function programNames(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(programNames);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      programNames(each),
    ]),
  );
}
