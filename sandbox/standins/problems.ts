import { defineProblems, TeardownError } from '../../diagnostics/index.ts';

export const problems = defineProblems({
  'standin-configuration': { summary: 'A stand-in plugin cannot be configured', exit: 'configuration' },
  'standin-not-supported': { summary: 'The stand-in does not do this', exit: 'configuration' },
  'standin-no-importer': { summary: 'The provider cannot import this type', exit: 'refused' },
  'standin-refused': { summary: 'The provider refuses this', exit: 'refused' },
  'standin-call-failed': { summary: 'A live system answered with an error', exit: 'unreachable' },
});

/** Something the stand-in has no code for: saying so is better than behaving a little differently. */
export function notSupported(detail: string): TeardownError {
  const hint = 'leave it out of the program, or teach the stand-in under sandbox/standins/';
  return new TeardownError(problems('standin-not-supported', { detail, hint }));
}
