/** The one table of process exit codes of `teardown`. Documented in docs/exit-codes.md; a test compares both. */
export const exitCodes = {
  ok: 0,
  /** A fault of this tool. */
  bug: 1,
  /** A command line that does not parse. */
  usage: 2,
  /** Inventory, former settings or stack settings are wrong. */
  configuration: 3,
  /** A gate, a guard or a rule said no. */
  refused: 4,
  /** The evidence store is missing, unreadable, damaged or cannot be written. */
  evidence: 5,
  /** A live system could not be reached or read, or something that has to be installed is not there. */
  unreachable: 6,
  /** Somebody else holds the lock. */
  busy: 7,
  /** The person said no, or nobody was there to ask. No command asks yet. */
  declined: 8,
  /** A wait with a named limit ran out. */
  timedOut: 9,
} as const;

export type ExitName = keyof typeof exitCodes;
