import { describe, expect, it } from '@jest/globals';
import type * as pulumi from '@pulumi/pulumi';
import { TimedOut } from '../../diagnostics/index.ts';
import { known } from '../../sdk/index.ts';

/** Of an Output only what is awaited. */
function output<T>(value: Promise<T>, isKnown: Promise<boolean>): pulumi.Output<T> {
  return { promise: () => value, isKnown } as unknown as pulumi.Output<T>;
}

const never = new Promise<never>(() => undefined);

describe('known', () => {
  it('answers with the value of an output that is known', async () => {
    expect(await known('1 second', 'it', output(Promise.resolve(7), Promise.resolve(true)))).toBe(7);
  });

  it('throws for an output that is unknown in a preview, though the engine gives a value', async () => {
    const waiting = known(
      '1 second',
      'the address',
      output(Promise.resolve(undefined), Promise.resolve(false)),
    );
    await expect(waiting).rejects.toThrow('the address is not known in this preview');
  });

  it('throws at its limit when the value, or whether it is known, never comes', async () => {
    await expect(known('1 second', 'it', output(never, Promise.resolve(true)))).rejects.toThrow(TimedOut);
    await expect(known('1 second', 'it', output(Promise.resolve(1), never))).rejects.toThrow(TimedOut);
  });

  it('passes on why an output failed', async () => {
    const failed = output(Promise.reject(new Error('no such role')), Promise.resolve(true));
    await expect(known('1 second', 'it', failed)).rejects.toThrow('no such role');
  });
});
