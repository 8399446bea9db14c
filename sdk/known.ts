import type * as pulumi from './pulumi.ts';
import { type Duration, type WaitOptions, within } from '../diagnostics/index.ts';

/** `Output.promise()` exists at run time and is missing from the SDK's public types. */
interface Awaitable<T> {
  promise(): Promise<T>;
  readonly isKnown: Promise<boolean>;
}

/**
 * Awaits an output, at most `limit`. Never `.apply`: with an unknown output its callback does not run, and a program that waits
 * for it ends early. Throws when the value is unknown (a preview of something new) or does not arrive in time.
 */
export async function known<T>(
  limit: Duration,
  what: string,
  output: pulumi.Output<T>,
  options?: WaitOptions,
): Promise<T> {
  const awaitable = output as unknown as Awaitable<T>;
  const value = await within(limit, what, awaitable.promise(), options);
  if (!(await within(limit, what, awaitable.isKnown, options))) {
    throw new Error(`${what} is not known in this preview, and nothing may be built from it`);
  }
  return value;
}
