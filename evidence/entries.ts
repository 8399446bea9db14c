import { z } from 'zod';
import { type Check, overall } from '../diagnostics/index.ts';
import { allSteps, type Step } from '../lifecycle/index.ts';

/** SHA-256 in lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A moment as JavaScript writes it: UTC, milliseconds. */
export const moment = z.string().refine(isMoment, 'not a moment such as 2026-09-01T08:30:00.000Z');
export const step = z.enum(allSteps as [Step, ...Step[]]);
export const attempt = z.int().min(1);
/** Text for people; bounded so that no entry can swallow a disk. */
export const text = z.string().trim().min(1).max(4000);

function isMoment(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

const check = z.strictObject({
  name: text,
  verdict: z.enum(['unknown', 'passed', 'failed', 'errored']),
  detail: z.string().max(4000),
  hint: z.string().max(4000),
}) satisfies z.ZodType<Check>;

/** Who holds or held the advisory lock (lock.ts). */
export const lockHolder = z.strictObject({
  id: z.uuid(),
  pid: z.int().min(1),
  /** Start time of the process in clock ticks since boot; `unknown` where there is no /proc. */
  processStart: text,
  bootId: text,
  /** A process number means something in one process namespace only. */
  processNamespace: text,
  host: text,
  /** Digest of the machine's own id, so that two machines of one name are told apart. */
  machine: text,
  purpose: text,
  time: moment,
});

/** What can be entered. An unknown kind, an unknown key or a missing one is an error, on writing and on reading. */
export const entryBody = z.discriminatedUnion('kind', [
  /** Always the first entry, and only there; `manifest` is the digest of store.json. */
  z.strictObject({ kind: z.literal('store-created'), sandbox: z.boolean(), manifest: sha256 }),
  z.strictObject({ kind: z.literal('captured'), formerDigest: sha256, inventoryDigest: sha256 }),
  z.strictObject({
    kind: z.literal('approval'),
    /** Digest of the stored statement. */
    attestation: sha256,
    step,
    attempt,
    intent: sha256,
    /** Keyed hash of the name. */
    approver: sha256,
    reason: text,
    signed: z.literal(false),
  }),
  z.strictObject({ kind: z.literal('approval-withdrawn'), attestation: sha256, reason: text }),
  z.strictObject({
    kind: z.literal('step-entered'),
    step,
    /** Null for a new stack. */
    from: step.nullable(),
    entered: z.enum(['start', 'forward', 'back']),
    attempt,
    intent: sha256,
    reason: text,
  }),
  z.strictObject({ kind: z.literal('delete-started'), step, attempt, urn: text }),
  z.strictObject({
    kind: z.literal('step-reached'),
    step,
    attempt,
    checks: z.array(check).refine((checks) => overall(checks) === 'passed', 'not all checks passed'),
  }),
  z.strictObject({
    kind: z.literal('refusal'),
    /** The step that was asked for, as it was written: it may be no step at all. */
    gate: z.string().max(200),
    problems: z.array(z.strictObject({ code: text, detail: z.string().max(4000) })).min(1),
  }),
  z.strictObject({ kind: z.literal('run-failed'), step, detail: text }),
  z.strictObject({ kind: z.literal('unlocked'), holder: lockHolder }),
  z.strictObject({ kind: z.literal('guard-released'), target: text }),
  /** Everything is stopped from here on, until somebody lifts it; `by` is the keyed hash of a name (R92). */
  z.strictObject({ kind: z.literal('frozen'), by: sha256, reason: text }),
  z.strictObject({ kind: z.literal('unfrozen'), by: sha256, reason: text }),
]);

export const ledgerEntry = z.strictObject({
  version: z.literal(1),
  /** Counts from 1 without holes; the file name is this number in eight digits. */
  sequence: z.int().min(1),
  /** SHA-256 of the bytes of the entry before; 64 zeros for the first. */
  previous: sha256,
  time: moment,
  system: text,
  body: entryBody,
});

export type LockHolder = z.infer<typeof lockHolder>;
export type EntryBody = z.infer<typeof entryBody>;
export type EntryKind = EntryBody['kind'];
export type BodyOf<Kind extends EntryKind> = Extract<EntryBody, { kind: Kind }>;
/** What a caller enters; number, chain and time are the ledger's. */
export type NewEntry = Exclude<EntryBody, { kind: 'store-created' }>;

/** One line of the ledger, of any kind or of the kind given. */
export type LedgerEntry<Kind extends EntryKind = EntryKind> = Readonly<
  Omit<z.infer<typeof ledgerEntry>, 'body'> & { body: Readonly<BodyOf<Kind>> }
>;

/** The type guard that picks entries of one kind. */
export function isKind<Kind extends EntryKind>(kind: Kind) {
  return (entry: LedgerEntry): entry is LedgerEntry<Kind> => entry.body.kind === kind;
}
