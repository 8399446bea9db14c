import pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { type Duration, within } from '../diagnostics/index.ts';
import { type Creation } from '../lifecycle/index.ts';

const limit: Duration = '2 minutes';

/** Import ids of what the teardown has made, by logical name. */
export type Made = Readonly<Record<string, string>>;

const answer = z.record(z.string(), z.string().min(1));

/**
 * Of what the teardown is to make, what is there already. An engine that is killed between a create and the save of its state
 * knows nothing of the thing it has made; the next run imports it instead of making it again. The id that is in the state
 * anyway changes nothing.
 */
export async function alreadyMade(creations: readonly Creation[]): Promise<Made> {
  if (creations.length === 0) return {};
  const asked: Promise<unknown> = pulumi.runtime.invoke('teardown:index:made', { creations });
  return answer.parse(await within(limit, 'the look at what was made before', asked));
}
