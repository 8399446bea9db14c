/** Two values at the same place of two pictures. A picture may hold secrets, so a test prints the places only. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** All values of two pictures of a world that are not the same; a member of a list goes by its name if it has one. */
export function differences(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): readonly Difference[] {
  if (!isBranch(before) || !isBranch(after))
    return before === after ? [] : [{ path: path.join('.'), before, after }];
  const [left, right] = [membersOf(before), membersOf(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.flatMap((name) => differences(left.get(name), right.get(name), [...path, name]));
}

export function pathsOf(found: readonly Difference[]): readonly string[] {
  return found.map(({ path }) => path).sort();
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function membersOf(value: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((member: unknown, i) => [nameOf(member) ?? String(i), member]));
}

function nameOf(member: unknown): string | undefined {
  const { kind = '', name } = (isBranch(member) ? member : {}) as {
    readonly kind?: string;
    readonly name?: unknown;
  };
  return typeof name === 'string' ? `${kind} ${name}`.trim() : undefined;
}
