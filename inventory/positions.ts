import { type Document, isMap, isSeq, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Place } from '../diagnostics/index.ts';

/** Where in a value: keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** A parsed file that knows where its values stand. */
export interface Source {
  readonly value: unknown;
  /**
   * The place of the value at `path`, or of its key if `at` is `key`. For a path that does not exist: the place of
   * the innermost map or list that does.
   */
  placeOf(path: Path, at?: 'key' | 'value'): Place;
}

/** What keeps a text from being read at all. `says` never quotes the text, which may hold a secret by mistake. */
export interface Fault {
  readonly kind: 'empty' | 'syntax' | 'duplicate-key' | 'alias' | 'unknown-key';
  readonly says: string;
  readonly place: Place;
}

const mostFaults = 20;

/**
 * Reads one YAML document of plain maps, lists and scalars (JSON is a subset). Anchors, aliases, tags and keys that
 * are no texts are refused: they let a small file stand for a huge one and hide what a reviewer approves.
 */
export function parseYaml(text: string, file: string): Source | readonly [Fault, ...Fault[]] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    stringKeys: true,
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...syntaxFaults(document, place), ...forbiddenNodes(document, place)].slice(0, mostFaults);
  const [first, ...rest] = faults;
  if (first !== undefined) return [first, ...rest];
  if (document.contents === null || isEmptyScalar(document.contents)) {
    return [{ kind: 'empty', says: 'it holds no value', place: place(0) }];
  }
  const offsetOf = (path: Path, at: 'key' | 'value'): number => offset(document.contents, path, at);
  return {
    value: document.toJS() as unknown,
    placeOf: (path, at = 'value') => place(offsetOf(path, at)),
  };
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

type ToPlace = (offset: number) => Place;

function syntaxFaults(document: Document.Parsed, place: ToPlace): Fault[] {
  return [...document.errors, ...document.warnings].map((error) => {
    const says = error.message.replaceAll(/"[^"]*"?/g, '...');
    return {
      kind: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax',
      says: error.code === 'MULTIPLE_DOCS' ? 'there is more than one document (---)' : says,
      place: place(error.pos[0]),
    };
  });
}

function forbiddenNodes(document: Document.Parsed, place: ToPlace): Fault[] {
  const faults: Fault[] = [];
  const add = (kind: Fault['kind'], says: string, node: unknown): void => {
    faults.push({ kind, says, place: place((node as Node).range?.[0] ?? 0) });
  };
  visit(document, {
    Alias: (_, node) => {
      add('alias', 'an alias stands for a value written elsewhere', node);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) add('alias', 'an anchor names a value for use elsewhere', node);
    },
    Pair: (_, { key }) => {
      // Objects drop this key silently; everything else unknown is found by the schema.
      if (isScalar(key) && key.value === '__proto__')
        add('unknown-key', 'the key __proto__ is not allowed', key);
    },
  });
  return faults;
}

function offset(root: unknown, path: Path, at: 'key' | 'value'): number {
  let node = root;
  let found = start(root) ?? 0;
  for (const [depth, step] of path.entries()) {
    const next = child(node, step);
    if (next === undefined) return found;
    const isTarget = depth === path.length - 1;
    const preferred = isTarget && at === 'key' ? next.key : next.value;
    found = start(preferred) ?? start(next.key) ?? found;
    node = next.value;
  }
  return found;
}

function child(node: unknown, step: string | number): { key: unknown; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const value = node.items[step];
    return value === undefined ? undefined : { key: value, value };
  }
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

function start(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
