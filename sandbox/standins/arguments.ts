/**
 * The arguments of a resource type as a table, and what the real providers' common machinery does with such a
 * table: unknown names and wrong types are refused, defaults are filled in, and a program is compared with the
 * state property by property. A stand-in knows the listed arguments and nothing else.
 */
import { canonical, type Json } from '../../diagnostics/index.ts';
import {
  type ChangeKind,
  type CheckFailure,
  type Difference,
  type Properties,
  type ResourceHandler,
  type State,
  unknown,
} from '../../provider/protocol.ts';

type Kind = 'string' | 'number' | 'boolean' | 'set' | 'list' | 'map' | 'mapSet' | 'json' | 'block';

export interface Argument {
  /** `set` and `list` hold strings, `map` strings by name, `mapSet` is a set of such; `json` is a string
   * compared by its meaning; `block` is nested settings, whose shape `refuse` judges. */
  readonly kind: Kind;
  readonly required?: true;
  /** Stands in for an argument the program leaves out. */
  readonly default?: Json;
  /** Left out of the program it means "as it is", not "none". */
  readonly computed?: true;
  readonly replaces?: true;
  /** Its value reaches neither messages nor the engine's failure texts. */
  readonly secret?: true;
  /** Says what is wrong with a value that the real provider or this stand-in does not take. */
  readonly refuse?: (value: Json) => string | undefined;
  /** The meaning of a `json` argument, for comparing; default: the parsed value. */
  readonly meaning?: (value: Json) => Json;
}

export type Arguments = Readonly<Record<string, Argument>>;

/** Refuses what the table does not know and fills in defaults. Values unknown in a preview pass. */
export function checkArguments(
  table: Arguments,
  news: Properties,
): { readonly inputs: Properties; readonly failures: readonly CheckFailure[] } {
  const given = Object.entries(news).filter(([, value]) => value !== undefined && value !== null);
  const inputs: Record<string, unknown> = Object.fromEntries(given);
  const failures: CheckFailure[] = given.flatMap(([name, value]) => {
    const argument = table[name];
    if (!argument) return [unknownProperty(table, name)];
    const reason = complaint(argument, value as Json);
    // The engine prints the value of a property that is named in a failure.
    return reason === undefined
      ? []
      : [{ property: argument.secret ? '' : name, reason: `${name}: ${reason}` }];
  });
  for (const [name, argument] of Object.entries(table)) {
    if (name in inputs) continue;
    if (argument.required) failures.push({ property: '', reason: `${name}: missing` });
    if (argument.default !== undefined) inputs[name] = argument.default;
  }
  return { inputs, failures };
}

/** It may be a secret, so the failure names it in its text only. */
function unknownProperty(table: Arguments, name: string): CheckFailure {
  const known = Object.keys(table).join(', ');
  return { property: '', reason: `${name}: unknown property; this stand-in knows ${known}` };
}

function complaint(argument: Argument, value: Json): string | undefined {
  if (hasUnknown(value)) return undefined;
  if (!fits(argument.kind, value)) return `is not a ${argument.kind}`;
  return argument.refuse?.(value);
}

function fits(kind: Kind, value: Json): boolean {
  if (kind === 'set' || kind === 'list') return Array.isArray(value) && value.every(isString);
  if (kind === 'map') return isMap(value);
  if (kind === 'mapSet') return Array.isArray(value) && value.every(isMap);
  if (kind === 'block') return typeof value === 'object' && value !== null;
  if (kind === 'json') return typeof value === 'string' && parsed(value) !== undefined;
  return typeof value === kind;
}

function isMap(value: Json): boolean {
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value ?? {}).every(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasUnknown);
  return value === unknown;
}

/** The checked program against the outputs in state, as the real providers do it. */
export function differenceOf(table: Arguments, news: Properties, old: State): Difference {
  const changes: Record<string, ChangeKind> = {};
  for (const [name, argument] of Object.entries(table)) {
    const kind = changeOf(argument, news[name] as Json | undefined, old.outputs[name] as Json | undefined);
    if (kind) changes[name] = kind;
  }
  const replaces = Object.keys(changes).filter((name) => table[name]?.replaces);
  return { changes, replaces };
}

function changeOf(argument: Argument, news: Json | undefined, old: Json | undefined): ChangeKind | undefined {
  if (news === undefined) return argument.computed === true || isZero(old) ? undefined : 'delete';
  // An argument that state has never seen is a change even if its value is `false`; an empty list is not.
  if (old === undefined) return isEmpty(news) ? undefined : 'add';
  if (hasUnknown(news)) return 'update';
  return meaningOf(argument, news) === meaningOf(argument, old) ? undefined : 'update';
}

function isZero(value: Json | undefined): boolean {
  return value === undefined || value === false || value === 0 || isEmpty(value);
}

function isEmpty(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === null;
}

function meaningOf(argument: Argument, value: Json): string {
  if (argument.kind === 'set') return canonical([...new Set(value as readonly string[])].sort());
  if (argument.kind === 'mapSet') return canonical((value as readonly Json[]).map(canonical).sort());
  if (argument.kind !== 'json') return canonical(value);
  const meant = parsed(value as string) ?? null;
  return canonical(argument.meaning ? argument.meaning(meant) : meant);
}

/** The inputs of a Read: on import all arguments that say something, on refresh those the program had given. */
export function inputsFrom(table: Arguments, outputs: Properties, old: State): Properties {
  const imported = isImport(old);
  const entries = Object.entries(table)
    .filter(([name, argument]) => (imported ? says(argument, outputs[name]) : name in old.inputs))
    .map(([name]) => [name, outputs[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function says(argument: Argument, value: unknown): boolean {
  if (argument.secret || value === undefined) return false;
  if (argument.default !== undefined) return canonical(value) !== canonical(argument.default);
  return !isZero(value as Json);
}

/** The engine reads without any old state only when it imports. */
export function isImport(old: State): boolean {
  return Object.keys(old.outputs).length === 0;
}

/** What a preview can say of a create: the arguments. Anything computed stays out, so it is unknown. */
export function previewOfCreate(inputs: Properties): { readonly id: string; readonly outputs: Properties } {
  return { id: '', outputs: inputs };
}

/** What a preview can say of an update: the old outputs with the new arguments; dropped arguments go. */
export function previewOfUpdate(table: Arguments, news: Properties, old: State): Properties {
  const kept = Object.entries(old.outputs).filter(
    ([name]) => !(name in table) || table[name]?.computed === true,
  );
  return { ...Object.fromEntries(kept), ...news };
}

/** What a type does to the live thing. `read` is asked for the thing of `old`, which has nothing but its id on an import. */
export interface Actions {
  create(inputs: Properties): Promise<Live>;
  read(old: State): Promise<Live | undefined>;
  update(news: Properties, old: State): Promise<Properties>;
  delete(old: State): Promise<void>;
}

interface Live {
  readonly id: string;
  readonly outputs: Properties;
}

/** The handler of a type all of whose arguments stand in its table: what it does in a preview, and to compare, follows from that. */
export function handlerOf(table: Arguments, actions: Actions): ResourceHandler {
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => (call.preview ? previewOfCreate(inputs) : actions.create(inputs)),
    read: async (old) => {
      const live = await actions.read(old);
      return live && { ...live, inputs: inputsFrom(table, live.outputs, old) };
    },
    update: async (news, old, call) =>
      call.preview ? previewOfUpdate(table, news, old) : actions.update(news, old),
    delete: (old) => actions.delete(old),
  };
}

/** What one type does in the live system. */
export interface LiveType {
  readonly table: Arguments;
  /** Makes it; its id. */
  readonly create: (inputs: Properties) => Promise<string>;
  /**
   * `id` is that of the state, or what an import was asked for; `known` are the outputs in state, or the program just written, for
   * what lives in state only; empty on import. Undefined: it is not there.
   */
  readonly read: (id: string, known: Properties) => Promise<Live | undefined>;
  readonly update: (news: Properties, old: State) => Promise<void>;
  readonly delete: (old: State) => Promise<void>;
}

/** The handler of a type that is read back after each write: what the live system made of the program is the state. */
export function handlerReadBack(type: LiveType): ResourceHandler {
  const written = async (id: string, program: Properties): Promise<Properties> =>
    (await type.read(id, program))?.outputs ?? {};
  return handlerOf(type.table, {
    create: async (inputs) => {
      const id = await type.create(inputs);
      return { id, outputs: await written(id, inputs) };
    },
    read: (old) => type.read(old.id, old.outputs),
    update: async (news, old) => {
      await type.update(news, old);
      return written(old.id, news);
    },
    delete: type.delete,
  });
}
