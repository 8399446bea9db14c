const unitMilliseconds = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
  months: 30 * 86_400_000,
  years: 365 * 86_400_000,
} as const;

type Unit = keyof typeof unitMilliseconds;

/** A length of time with its unit, as people write it: `"30 days"`, `"1 hour"`. */
export type Duration =
  `${number} ${Unit}` | '1 second' | '1 minute' | '1 hour' | '1 day' | '1 month' | '1 year';

const pattern = /^(\d+) (millisecond|second|minute|hour|day|week|month|year)s?$/;

export function isDuration(text: string): text is Duration {
  return pattern.test(text);
}

/** A month counts 30 days and a year 365. Throws RangeError with the bad value. */
export function milliseconds(duration: Duration): number {
  const [, amount, unit] = pattern.exec(duration) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new RangeError(`not a duration: "${duration}"; write a whole number and a unit, such as "30 days"`);
  }
  return Number(amount) * unitMilliseconds[`${unit}s` as Unit];
}
