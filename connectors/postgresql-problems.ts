/** What a session with a PostgreSQL server ended with, in our own words; the server's text may quote rows and stays out. */
import pg from 'pg';
import { TeardownError, TimedOut } from '../diagnostics/index.ts';
import { connectorError, type ConnectorCode } from './problems.ts';
import { shapeOf } from './shape.ts';

/** The session as its errors name it. */
export interface Place {
  /** Server with host and port. */
  readonly where: string;
  readonly credentials: string;
  /** The session was to be committed; until COMMIT is sent, nothing of it is done. */
  readonly changing: boolean;
}

/** How long a statement may wait for a lock, in milliseconds. */
export const lockLimit = 10_000;

/** COMMIT was sent and not answered by an end of the transaction: nobody knows whether it is done. */
export class CommitLost {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** True if the server itself said that COMMIT failed; one that ends our session at that moment has said nothing of it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The error to throw for one that ended a session; what is no fault of server or network comes back as it is. */
export function explain(error: unknown, place: Place): unknown {
  if (error instanceof TeardownError && !(error instanceof TimedOut)) return error;
  if (error instanceof CommitLost) return lost(error.cause, place);
  const state = sqlState(error);
  return state === undefined ? explainNetwork(error, place) : explainState(error, state, place);
}

function lost(cause: unknown, { where }: Place): TeardownError {
  const hint = 'the same command again: it looks at what is there before it changes anything';
  const detail = `${where} did not answer COMMIT: all of the change was made, or nothing`;
  const late = timedOut.test(shapeOf(cause).message);
  return connectorError(late ? 'connector-timed-out' : 'connector-unreachable', { detail, hint }, cause);
}

interface Meaning {
  readonly states: RegExp;
  readonly code: ConnectorCode;
  readonly says: (place: Place) => string;
  readonly hint: (place: Place) => string;
}

const again = 'teardown status';
const whoWaits = `see who waits for whom: SELECT pid, usename, wait_event_type, state FROM pg_stat_activity; then: ${again}`;
const manual = `look the code up in the PostgreSQL manual, appendix A, and try again: ${again}`;

/** What SQLSTATEs mean; the first that fits counts, the last fits all. */
const meanings: readonly Meaning[] = [
  {
    states: /^28/,
    code: 'connector-credentials-refused',
    says: ({ where, credentials }) => `${where} refused the login of ${credentials}`,
    hint: ({ credentials }) => `check login and password behind ${credentials}`,
  },
  {
    states: /^42501$/,
    code: 'connector-rights-missing',
    says: ({ where, credentials, changing }) =>
      `${where} refused ${changing ? 'a change' : 'to show its catalogue'} to the login of ${credentials}`,
    hint: ({ credentials }) => `give ${credentials} the login that owns or administers the server`,
  },
  {
    states: /^53300$/,
    code: 'connector-unreachable',
    says: ({ where, credentials }) => `${where} has no connection left for the login of ${credentials}`,
    hint: () =>
      `see who holds them: SELECT usename, datname, count(*) FROM pg_stat_activity GROUP BY 1, 2; then: ${again}`,
  },
  {
    states: /^25006$/,
    code: 'connector-read-only',
    says: ({ where, credentials }) => `${where} takes no changes from the login of ${credentials}`,
    hint: ({ credentials }) =>
      `SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only'): let ${credentials} name the server that is written to, or have the setting taken back`,
  },
  {
    states: /^55P03$/,
    code: 'connector-timed-out',
    says: ({ where }) =>
      `a statement at ${where} waited ${lockLimit / 1000} seconds for a lock of another session`,
    hint: () => whoWaits,
  },
  {
    // statement_timeout, and the limits of the server on idle and whole transactions.
    states: /^(57014|25P03|25P04)$/,
    code: 'connector-timed-out',
    says: ({ where }) => `${where} gave up a statement`,
    hint: () => whoWaits,
  },
  {
    states: /^57P0[12]$/,
    code: 'connector-unreachable',
    says: ({ where }) => `${where} ended our session`,
    hint: () => `when the server answers again: ${again}`,
  },
  {
    states: /^(57P|53|08)/,
    code: 'connector-unreachable',
    says: ({ where }) => `${where} answered with an error`,
    hint: () => manual,
  },
  {
    states: /^/,
    code: 'connector-answer-unexpected',
    says: ({ where }) => `${where} answered with an error`,
    hint: () => manual,
  },
];

function explainState(error: unknown, state: string, place: Place): unknown {
  const meaning = meanings.find(({ states }) => states.test(state));
  if (meaning === undefined) return error;
  const detail = `${meaning.says(place)} (SQLSTATE ${state})${undone(place)}`;
  return connectorError(meaning.code, { detail, hint: meaning.hint(place) }, error);
}

const undone = ({ changing }: Place): string => (changing ? '; nothing was changed' : '');

const timedOut = /^(timeout expired|Query read timeout|Connection terminated due to connection timeout)$/;
const hungUp = /^Connection terminated|does not support SSL/;

function explainNetwork(error: unknown, place: Place): unknown {
  const { where, credentials } = place;
  const hint = `check host and port behind ${credentials}, and that this machine may reach them`;
  const { message, code } = shapeOf(error);
  if (error instanceof TimedOut || timedOut.test(message)) {
    const detail = `${where} did not answer within its limit${undone(place)}`;
    return connectorError('connector-timed-out', { detail, hint }, error);
  }
  if (code === '' && !hungUp.test(message)) return error;
  const detail = `no connection to ${where}${code === '' ? '' : ` (${code})`}${undone(place)}`;
  return connectorError('connector-unreachable', { detail, hint }, error);
}
