import type { Line } from './door.ts';
import type { WalkedStep } from './walk.ts';

/** What `--json FILE` writes. `ok` only if every line is. */
export interface Report {
  readonly ok: boolean;
  readonly steps: readonly WalkedStep[];
}

/** One step for people: what changed, who lost what, and every line that is not as expected. */
export function showStep(
  { step, seconds, changes, outside }: WalkedStep,
  before: WalkedStep | undefined,
): string {
  const counts = Object.entries(changes).filter(([, count]) => count > 0);
  const changed = counts.map(([what, count]) => `${count} ${what}`).join(', ');
  const lost = outside.filter((line) => line.ok && line.expected === 'refused' && !wasRefused(line, before));
  const notYet = outside.filter(({ expected, notYet }) => expected === 'not yet' && notYet !== undefined);
  const news = notYet.filter((line) => !wasNotYet(line, before));
  const wrong = outside.filter(({ ok }) => !ok);
  return [
    `\n${step}   (${seconds.toFixed(1)} s; ${changed})\n`,
    ...(before
      ? []
      : [
          `  ${outside.filter(({ ok }) => ok).length} of ${outside.length} attempts from outside are as expected\n`,
        ]),
    ...lost.map(
      ({ principal, attempt }) =>
        `  - ${principal}: ${attempt}   ${attempt.startsWith('finds') ? 'gone' : 'now refused'}\n`,
    ),
    ...(before && lost.length === 0 ? ['  nothing more is refused than before\n'] : []),
    ...news.map(
      ({ principal, attempt, notYet }) => `  ~ ${principal}: ${attempt}   not yet: ${notYet ?? ''}\n`,
    ),
    ...wrong.map(
      (line) =>
        `  ! ${line.principal}: ${line.attempt}   expected ${line.expected}, observed ${line.observed}\n`,
    ),
  ].join('');
}

function wasNotYet(line: Line, before: WalkedStep | undefined): boolean {
  return earlierOf(line, before)?.expected === 'not yet';
}

function wasRefused(line: Line, before: WalkedStep | undefined): boolean {
  return earlierOf(line, before)?.expected === 'refused';
}

function earlierOf({ principal, attempt }: Line, before: WalkedStep | undefined): Line | undefined {
  return before?.outside.find((line) => line.principal === principal && line.attempt === attempt);
}

export function showSummary({ ok, steps }: Report): string {
  const lines = steps.flatMap(({ outside }) => outside);
  const count = (wanted: (line: Line) => boolean): number => lines.filter(wanted).length;
  const notYet = count(({ expected }) => expected === 'not yet');
  const seconds = steps.reduce((total, step) => total + step.seconds, 0);
  return (
    `\n${ok ? 'OK' : 'NOT OK'}: ${steps.length} steps in ${seconds.toFixed(0)} s, ${lines.length} attempts from outside: ` +
    `${count((line) => line.ok)} as expected, ${count((line) => !line.ok)} not, ${notYet} not yet covered\n`
  );
}
