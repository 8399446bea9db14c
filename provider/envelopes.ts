import struct from 'google-protobuf/google/protobuf/struct_pb.js';

/** What a handler sees of a resource: JSON-like, without the engine's envelopes. */
export type Properties = Readonly<Record<string, unknown>>;

/** How the engine marks an envelope with a secret in it. */
const secretMarker = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

interface Unwrapped {
  readonly value: Properties;
  /** Top-level names under which a secret was found. */
  readonly secrets: ReadonlySet<string>;
}

/** The properties of a message, taken out of their envelopes at any depth. */
export function fromMessage(message: struct.Struct | undefined): Unwrapped {
  const wrapped = (message?.toJavaScript() ?? {}) as Record<string, unknown>;
  const secrets = new Set<string>();
  const value = Object.fromEntries(
    Object.entries(wrapped).map(([name, item]) => [name, unwrap(item, () => secrets.add(name))]),
  );
  return { value, secrets };
}

function unwrap(value: unknown, foundSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, foundSecret));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[secretMarker] === secretSignature) {
    foundSecret();
    return unwrap(record.value, foundSecret);
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, unwrap(item, foundSecret)]));
}

/** The message of properties; those named in `secrets` go back into an envelope, whole. */
export function toMessage(value: Properties, secrets: ReadonlySet<string>): struct.Struct {
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => [
      name,
      secrets.has(name) ? { [secretMarker]: secretSignature, value: item } : item,
    ]);
  return struct.Struct.fromJavaScript(Object.fromEntries(entries) as Record<string, struct.JavaScriptValue>);
}
