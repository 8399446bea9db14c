import { z } from 'zod';
import { managementError, oauthError } from './errors.ts';

/** The body of a Management API call. Anything the schema does not know is a 400, as at the vendor. */
export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw managementError(400, `Payload validation error: '${explain(parsed.error)}'.`, 'invalid_body');
}

/** The query of a Management API call: all values arrive as text. */
export function queryOf<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw managementError(400, `Query validation error: '${explain(parsed.error)}'.`, 'invalid_query_string');
}

/** The body of an Authentication API call. */
export function formOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw oauthError(400, 'invalid_request', explain(parsed.error));
}

function explain(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      if (issue.code === 'unrecognized_keys')
        return `Additional properties not allowed: ${issue.keys.join(',')}`;
      const where = issue.path.length > 0 ? ` on property ${issue.path.join('.')}` : '';
      return `${issue.message}${where}`;
    })
    .join('; ');
}

const number = (least: number, most: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(least).max(most));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The paging parameters of the lists the vendor pages by number. */
export const pageQuery = {
  page: number(0, 1_000_000).default(0),
  per_page: number(0, 100).default(50),
  include_totals: flag.default(false),
};

/** Those of the lists it pages by checkpoint. */
export const checkpointQuery = { from: z.string().min(1).optional(), take: number(1, 100).default(50) };

export const flagQuery = flag;
