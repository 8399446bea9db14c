import { z } from 'zod';
import type { AccessPicture } from '../connectors/index.ts';
import { canonical, unpacked } from '../diagnostics/index.ts';
import type { AccessCuts } from '../lifecycle/index.ts';
import type { Difference, Properties } from './protocol.ts';

const texts = z.array(z.string());
const kept = z.enum(['as before', 'none']);

const cuts = z.strictObject({
  logins: z.record(z.string(), z.enum(['as before', 'locked', 'removed'])),
  writes: z.enum(['as before', 'blocked']),
  stillWritten: texts,
  schemas: z.record(z.string(), kept),
  otherSchemas: kept,
  columns: z.record(z.string(), kept),
}) satisfies z.ZodType<AccessCuts>;

/** The engine drops what is null on the way. */
const option = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

const right = z.strictObject({
  grantee: z.string(),
  grantor: z.string(),
  privilege: z.string(),
  grantable: z.boolean(),
});

const picture: z.ZodType<AccessPicture> = z.strictObject({
  runner: z.string().min(1),
  roles: z.record(
    z.string(),
    z.strictObject({ login: z.boolean(), superuser: z.boolean(), createRole: z.boolean() }),
  ),
  memberships: z.array(
    z.strictObject({
      role: z.string(),
      member: z.string(),
      grantor: z.string(),
      admin: z.boolean(),
      inherit: option,
      set: option,
    }),
  ),
  objects: z.array(
    z.strictObject({
      kind: z.enum(['database', 'schema', 'relation', 'sequence', 'column', 'function', 'default']),
      schema: z.string(),
      name: z.string(),
      column: z.string(),
      columns: texts,
      owner: z.string(),
      implicit: z.boolean(),
      follows: z.boolean(),
      countsFor: z.string(),
      sees: texts,
      rights: z.array(right),
    }),
  ),
});

/** As the program packs it. */
const packedPicture = z
  .string()
  .transform((text, context): unknown => {
    try {
      return unpacked(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a packed picture' });
      return z.NEVER;
    }
  })
  .pipe(picture);

export const inputsSchema = z.strictObject({
  credentials: z.string().startsWith('env:'),
  database: z.string().min(1),
  former: packedPicture,
  cuts,
  exempt: texts,
  outOfReach: texts,
});

export type AccessInputs = z.output<typeof inputsSchema>;

/** What `read` found beside the inputs: rights that should be gone, and how many changes lead back to what should be. */
const findingsSchema = z.object({
  left: z.array(z.object({ cut: z.string(), says: z.string() })).default([]),
  open: z.number().default(0),
});

/**
 * Changed inputs as the program gives them, the cuts one by one, and what drifted: each cut that is not true any more, `former`
 * if something is missing.
 */
export function differences(news: Properties, olds: Properties, found: Properties): Difference {
  const { left, open } = findingsSchema.parse(found);
  const before = paths(olds);
  const now = paths(news);
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
    (path) => before.get(path) !== now.get(path),
  );
  const drifted = left.map(({ cut }) => pathOf('cuts', ...splitOnce(cut)));
  const missing = open > 0 && left.length === 0 ? ['former'] : [];
  const all = [...changed, ...drifted, ...missing].map((path) => [path, 'update'] as const);
  return { changes: Object.fromEntries(all) };
}

/**
 * What was cut and is not named any more: an inventory that forgets a login, a schema or a column would give it back without a
 * word. Given back is only what is said to be as before.
 */
export function forgotten(news: AccessInputs, olds: Properties): readonly string[] {
  const before = cuts.partial().safeParse(olds.cuts);
  if (!before.success) return ['cuts'];
  return (['logins', 'schemas', 'columns'] as const).flatMap((kind) =>
    Object.entries(before.data[kind] ?? {})
      .filter(([name, value]) => value !== 'as before' && !(name in news.cuts[kind]))
      .map(([name]) => pathOf('cuts', kind, name)),
  );
}

function splitOnce(cut: string): readonly string[] {
  const at = cut.indexOf('.');
  return at < 0 ? [cut] : [cut.slice(0, at), cut.slice(at + 1)];
}

/** Inputs by path: those of `cuts` two levels deep, the others as a whole. */
function paths({ cuts = {}, former, ...others }: Properties): ReadonlyMap<string, string> {
  const found = new Map(Object.entries(others).map(([name, value]) => [name, canonical(value)]));
  // Another version of the packing is no other picture.
  found.set('former', typeof former === 'string' ? canonical(unpacked(former)) : canonical(former ?? null));
  for (const [name, value] of Object.entries(cuts as Properties)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      found.set(pathOf('cuts', name), canonical(value));
    } else {
      for (const [key, item] of Object.entries(value)) found.set(pathOf('cuts', name, key), canonical(item));
    }
  }
  return found;
}

/** A property path as the engine writes it. */
function pathOf(...names: readonly string[]): string {
  return names
    .map((name, at) => (/^\w+$/.test(name) ? (at > 0 ? `.${name}` : name) : `[${JSON.stringify(name)}]`))
    .join('');
}
