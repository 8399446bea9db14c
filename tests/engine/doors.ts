import { expect } from '@jest/globals';
import type { Step } from '../../lifecycle/index.ts';
import { expectedOf } from '../../sandbox/demo/door.ts';
import type { Door } from '../../sandbox/demo/door.ts';
import { postures } from '../../stacks/index.ts';

/** Tries every door once; each must answer as the posture of the step says. */
export async function tryDoors<Keys>(doors: readonly Door<Keys>[], keys: Keys, step: Step): Promise<void> {
  for (const door of doors) {
    const { principal, attempt } = door;
    const seen = { step, principal, attempt, outcome: await door.run(keys) };
    expect(seen).toEqual({ ...seen, outcome: expectedOf(door, postures[step]) });
  }
}
