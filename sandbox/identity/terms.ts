import { managementError } from './errors.ts';

/**
 * The little of the vendor's query language that is used here: exact terms `field:"value"` joined by AND, of the fields that
 * `holds` judges. All else is a 400.
 */
export function matcherOf<Entry>(
  query: string | undefined,
  holds: ReadonlyMap<string, (entry: Entry, value: string) => boolean>,
): (entry: Entry) => boolean {
  if (query === undefined || query === '') return () => true;
  const terms = query.split(' AND ').map((text) => {
    const [, field = '', value] = /^([a-z_.]+):"([^"]*)"$/.exec(text.trim()) ?? [];
    const isTrue = holds.get(field);
    if (value === undefined || isTrue === undefined)
      throw managementError(400, `Not supported in q: ${text}`, 'invalid_query_string');
    return (entry: Entry) => isTrue(entry, value);
  });
  return (entry) => terms.every((term) => term(entry));
}
