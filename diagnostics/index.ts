/**
 * diagnostics: what every room speaks. Problems with code, summary, detail and hint; four-valued checks;
 * durations with their unit; canonical JSON and digests; waits with a named limit; words of a shell. Imports nothing of ours.
 */
export { exitCodes, type ExitName } from './exit-codes.ts';
export { defineProblems, render, TeardownError, type Place, type Problem } from './problems.ts';
export { overall, type Check, type Verdict } from './checks.ts';
export { isDuration, milliseconds, type Duration } from './durations.ts';
export { canonical, digest, type Json } from './digests.ts';
export { packed, unpacked } from './packed.ts';
export { TimedOut, within, type WaitOptions } from './limits.ts';
export { shellWord } from './shell-word.ts';
