/** Rule 12: unknown is the start value and never opens anything. `errored` = we could not look. */
export type Verdict = 'unknown' | 'passed' | 'failed' | 'errored';

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** The command that provides what is missing; empty when the check passed. */
  readonly hint: string;
}

const severity: readonly Verdict[] = ['errored', 'failed', 'unknown', 'passed'];

/** The worst verdict of all checks; no check at all is `unknown`, never `passed`. */
export function overall(checks: readonly Pick<Check, 'verdict'>[]): Verdict {
  if (checks.length === 0) return 'unknown';
  return severity.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? 'unknown';
}
