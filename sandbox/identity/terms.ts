import { managementError } from './errors.ts';

/**
 * The little of the vendor's query language that is used here: exact terms `field:"value"` joined by AND, of the fields that
 * `valueOf` reads. All else is a 400.
 */
export function matcherOf<Entry>(
  query: string | undefined,
  valueOf: Readonly<Record<string, (entry: Entry) => string | undefined>>,
): (entry: Entry) => boolean {
  if (query === undefined || query === '') return () => true;
  const terms = query.split(' AND ').map((text) => {
    const [, field = '', value] = /^([a-z_.]+):"([^"]*)"$/.exec(text.trim()) ?? [];
    const read = valueOf[field];
    if (value === undefined || read === undefined)
      throw managementError(400, `Not supported in q: ${text}`, 'invalid_query_string');
    return { read, value };
  });
  return (entry) => terms.every(({ read, value }) => read(entry)?.toLowerCase() === value.toLowerCase());
}
