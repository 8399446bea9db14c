import { z } from 'zod';
import { canonical } from '../diagnostics/index.ts';
import type { Creation, LiveTarget, Observed } from '../lifecycle/index.ts';
import type { LiveSystems } from './live-systems.ts';
import type { Properties } from './protocol.ts';

const inputsSchema = z.strictObject({
  creations: z.array(
    z.strictObject({ name: z.string(), target: z.custom<LiveTarget>(), expect: z.custom<Observed>() }),
  ),
});

/**
 * The function `made`: of what the teardown makes, what is there already and as expected, by logical name, with the id it is
 * imported by. What is there and not as expected is nobody's to take over: its create will be refused by the cloud.
 * Throws when it cannot look, for then nobody knows.
 */
export function made(live: LiveSystems): (args: Properties) => Promise<Properties> {
  return async (args) => {
    const { creations } = inputsSchema.parse(args);
    const found = await Promise.all(creations.map((creation) => idOf(live, creation)));
    return Object.fromEntries(found.flat());
  };
}

async function idOf(
  live: LiveSystems,
  { name, target, expect }: Creation,
): Promise<readonly (readonly [string, string])[]> {
  const observed = await live.observe(target);
  const { id } = observed ?? {};
  if (observed === undefined || typeof id !== 'string') return [];
  const same = Object.entries(expect).every(
    ([fact, value]) => canonical(observed[fact] ?? null) === canonical(value),
  );
  return same ? [[name, id]] : [];
}
