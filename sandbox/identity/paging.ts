import { managementError } from './errors.ts';

interface Page {
  readonly page: number;
  readonly per_page: number;
  readonly include_totals: boolean;
}

/** The vendor shows only the first 1,000 entries of a list that is paged by number. */
const furthest = 1000;

/** One page by number: `{start, limit, total, <name>: [...]}`, or the bare list without include_totals; each entry as `shown`. */
export function pageOf<T>(
  name: string,
  all: readonly T[],
  { page, per_page, include_totals }: Page,
  shown: (entry: T) => unknown = (entry) => entry,
): unknown {
  const start = page * per_page;
  if (start + per_page > furthest) {
    throw managementError(400, 'You can only page through the first 1000 records.', 'invalid_paging');
  }
  const items = all.slice(start, start + per_page).map(shown);
  if (!include_totals) return items;
  return { start, limit: per_page, length: items.length, total: all.length, [name]: items };
}

/**
 * One page by checkpoint: `{<name>: [...], next?}`. Ordered by id, and `from` holds the last id given out: what is
 * created or deleted between two pages never hides an entry that was there all the time.
 */
export function checkpointOf<T>(
  name: string,
  all: readonly T[],
  idOf: (item: T) => string,
  { from, take }: { readonly from?: string | undefined; readonly take: number },
): unknown {
  const after = from === undefined ? '' : Buffer.from(from, 'base64url').toString();
  const rest = all.filter((item) => idOf(item) > after).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const items = rest.slice(0, take);
  const last = items.at(-1);
  if (last === undefined || rest.length === items.length) return { [name]: items };
  return { [name]: items, next: Buffer.from(idOf(last)).toString('base64url') };
}
