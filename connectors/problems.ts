import { defineProblems, type Problem, TeardownError } from '../diagnostics/index.ts';

/** Everything that can be wrong between us and a live system. No message holds a credential or a connection URL. */
export const problems = defineProblems({
  'connector-credentials-missing': { summary: 'A credential is not there', exit: 'unreachable' },
  'connector-credentials-malformed': { summary: 'A credential cannot be used', exit: 'unreachable' },
  'connector-credentials-refused': { summary: 'A live system refused our credentials', exit: 'unreachable' },
  'connector-rights-missing': { summary: 'Our login may not do this', exit: 'unreachable' },
  'connector-unreachable': { summary: 'A live system cannot be reached', exit: 'unreachable' },
  'connector-read-only': { summary: 'A live system takes no changes', exit: 'refused' },
  'connector-timed-out': { summary: 'A live system did not answer in time', exit: 'timedOut' },
  'connector-answer-unexpected': { summary: 'A live system answered with an error', exit: 'unreachable' },
  'connector-name-ambiguous': { summary: 'A name stands for more than one thing', exit: 'unreachable' },
  'connector-list-incomplete': { summary: 'A list could not be read to its end', exit: 'unreachable' },
  'connector-option-unknown': { summary: 'A setting cannot be kept', exit: 'unreachable' },
  'connector-release-refused': { summary: 'A lock could not be released', exit: 'refused' },
});

export type ConnectorCode = Parameters<typeof problems>[0];

/** The error of one code; `cause` stays attached and is never printed. */
export function connectorError(
  code: ConnectorCode,
  details: Pick<Problem, 'detail' | 'hint'>,
  cause?: unknown,
): TeardownError {
  return new TeardownError(problems(code, details), { cause });
}
