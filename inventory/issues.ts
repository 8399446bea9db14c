import type { z } from 'zod';
import type { Problem } from '../diagnostics/index.ts';
import { nearest } from './nearest.ts';
import type { Path, Source } from './positions.ts';
import { problems } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** Hints that know more than the shape; the key is the last name in the path. */
const hints: Readonly<Record<string, string>> = {
  ownership: 'write "ownership: exclusive" if nobody but this CRM uses it, else "ownership: shared"',
  enforcedBy: 'write "enforcedBy: database-role" with the role and schema that hold the right',
  credentials: 'put the value into an environment variable and write its name here: env:CRM_DATABASE_URL',
  keep: 'write a whole number and a unit in quotes: "3 years"',
  notice: 'write a whole number and a unit in quotes: "30 days"',
};

/** What a schema says against a value, as problems with code, place and hint. Values of credentials are never shown. */
export function inventoryProblems(
  issues: readonly Issue[],
  source: Source,
  schema: z.core.$ZodType,
): readonly Problem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...toPath(issue.path), key], source, schema))
      : [badValue(issue, source)],
  );
}

/** `modules[0].role`; the root is `the file`. */
export function shownPath(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownKey(step)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}

function shownKey(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : shown(key);
}

export function toPath(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function unknownKey(path: Path, source: Source, schema: z.core.$ZodType): Problem {
  const parent = path.slice(0, -1);
  const known = knownKeys(schema, parent);
  const meant = nearest(String(path.at(-1)), known);
  return problems('inventory-unknown-key', {
    detail: `${shownPath(path)} is not known`,
    hint:
      meant === undefined
        ? `remove it; ${shownPath(parent)} may have: ${known.join(', ')}`
        : `did you mean "${meant}"? Otherwise remove it`,
    place: source.placeOf(path, 'key'),
  });
}

function badValue(issue: Issue, source: Source): Problem {
  const path = toPath(issue.path);
  const key = String(path.at(-1));
  const where = shownPath(path);
  const place = source.placeOf(path, issue.code === 'invalid_key' ? 'key' : 'value');
  const value = valueAt(source.value, path);
  const wanted = wantedBy(issue);
  if (value === undefined && key === 'enforcedBy') {
    const detail = `${shownPath(path.slice(0, -1))} does not say where its right is enforced`;
    return problems('inventory-enforced-nowhere', { detail, hint: hints.enforcedBy ?? '', place });
  }
  if (value === undefined) {
    const hint = hints[key] ?? `add "${key}" to ${shownPath(path.slice(0, -1))}: it ${wanted}`;
    return problems('inventory-missing-key', { detail: `${where} is missing`, hint, place });
  }
  const hint = hints[key] ?? `change it: it ${wanted}`;
  if (key === 'credentials') {
    const detail = `${where} is not a reference (its value is not shown here)`;
    return problems('inventory-credential-value', { detail, hint, place });
  }
  if (issue.code === 'invalid_type') {
    const quotes = issue.expected === 'string' && ['number', 'boolean'].includes(typeof value);
    const detail = `${where} ${wanted}, and is ${kindOf(value)}`;
    return problems('inventory-wrong-type', {
      detail,
      hint: quotes && hints[key] === undefined ? `put it in quotes: "${shown(value)}"` : hint,
      place,
    });
  }
  const subject =
    issue.code === 'invalid_key' ? `the key "${key}" of ${shownPath(path.slice(0, -1))}` : where;
  const detail = issue.code === 'invalid_key' ? subject : `${where} is ${shown(value)}`;
  return problems('inventory-wrong-value', { detail: `${detail}; it ${wanted}`, hint, place });
}

/** The rule behind an issue as the rest of a sentence that begins with "it". */
function wantedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return `must be one of: ${('options' in issue ? (issue.options as unknown[]) : []).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    object: 'a map of keys and values',
    record: 'a map of keys and values',
    array: 'a list',
  };
  return words[expected] ?? `a ${expected}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** A value for an error text: short, and never something that could carry a password. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return kindOf(value);
  if (/:\/\/|@.*:|password|secret/i.test(value)) return 'a text that may hold a secret (not shown)';
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The keys a schema allows in the map at `path`; of a choice between shapes, the keys of all of them. */
function knownKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  let reached = shapes(schema);
  for (const step of path) reached = reached.flatMap((one) => inside(one, step)).flatMap(shapes);
  const keys = reached.flatMap((one) => Object.keys(shapeOf(one) ?? {}));
  return [...new Set(keys)];
}

type Def = z.core.$ZodTypes['_zod']['def'];

function defOf(schema: z.core.$ZodType): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** A schema without its wrappers (optional, default); for a choice, each of its shapes. */
function shapes(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const def = defOf(schema);
  if (def.type === 'optional' || def.type === 'default') return shapes(def.innerType);
  return def.type === 'union' ? def.options.flatMap(shapes) : [schema];
}

function shapeOf(schema: z.core.$ZodType): z.core.$ZodShape | undefined {
  const def = defOf(schema);
  return def.type === 'object' ? def.shape : undefined;
}

function inside(schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  const def = defOf(schema);
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  const field = shapeOf(schema)?.[step];
  return field === undefined ? [] : [field];
}
