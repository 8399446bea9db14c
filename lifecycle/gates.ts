import type { Entry } from './transition.ts';
import type { Step } from './steps.ts';

/** What must be shown before a step is entered (R24). The evidence room judges, this table names. */
export const conditions = {
  approval: {
    says: 'the step is approved for exactly this intent',
    built: true,
    command: 'teardown approve STEP --as NAME --reason TEXT',
  },
  notices: { says: 'notices were sent and their lead time is over (R8)', built: true, command: '' },
  features: { says: 'no feature of the inventory is unknown (R57)', built: true, command: '' },
  'previous-step': { says: 'the step before was verified from outside', built: true, command: 'pulumi up' },
  'former-settings': {
    says: 'the former settings are the captured ones',
    built: true,
    command: 'teardown capture',
  },
  'runner-rights': { says: 'the runner has the rights of all later steps (R5)', built: false, command: '' },
  'access-register': { says: 'every principal and right is registered (R13)', built: false, command: '' },
  archive: { says: 'every store is archived (R7, R62)', built: false, command: '' },
  'restore-test': { says: 'the archive was restored and compared (R69)', built: false, command: '' },
  'write-freeze': { says: 'nothing was written since read-only', built: false, command: '' },
  'quiet-period': { says: 'sessions, tokens and integrations are silent', built: false, command: '' },
  retention: { says: 'retention and legal holds allow it (R43)', built: false, command: '' },
  'sign-offs': { says: 'every department signed (R29)', built: false, command: '' },
  successor: { says: 'the successor is healthy or its absence accepted (R88)', built: false, command: '' },
  'typed-name': { says: 'the system name was typed (R58)', built: false, command: '' },
} as const;

export type ConditionName = keyof typeof conditions;

export interface Condition {
  readonly name: ConditionName;
  readonly says: string;
  /** False: the proof does not exist yet; passes only in an evidence store that the sandbox created. */
  readonly built: boolean;
  /** The command that provides it, with STEP to be replaced; empty when a file has to be edited. */
  readonly command: string;
}

const always: readonly ConditionName[] = ['previous-step', 'former-settings', 'approval'];

const extra: Partial<Record<Step, readonly ConditionName[]>> = {
  'read-only': ['notices', 'features', 'runner-rights', 'access-register', 'archive', 'restore-test'],
  'revoked/accounts': ['write-freeze'],
  snapshotted: ['access-register', 'quiet-period'],
  'destroyed/services': ['archive', 'restore-test', 'write-freeze', 'retention', 'sign-offs', 'successor'],
  'destroyed/data': ['typed-name'],
};

/**
 * The conditions of a move, in the order they are shown. A new stack's `active` needs no approval, but the captured
 * settings: edited ones would change what is live. On the way back what was proven on the way in is not asked again, the
 * approval and the former settings are.
 * `covered` are the steps the move enters: the step itself and the waves merged into it.
 */
export function conditionsOf(entry: Entry, covered: readonly Step[]): readonly Condition[] {
  const names = {
    start: ['former-settings'] as const,
    back: ['former-settings', 'approval'] as const,
    forward: [...always, ...covered.flatMap((s) => extra[s] ?? [])],
  }[entry];
  return [...new Set(names)].map((name) => ({ name, ...conditions[name] }));
}
