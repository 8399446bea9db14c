import * as pulumi from './pulumi.ts';
import { z } from 'zod';
import { type Duration, within } from '../diagnostics/index.ts';
import { type Creation, kindOf } from '../lifecycle/index.ts';

const limit: Duration = '2 minutes';

/** Import ids of what the teardown has made, by logical name. */
export type Made = Readonly<Record<string, string>>;

const answer = z.record(z.string(), z.string().min(1));
const stateAnswer = z.object({ outputs: z.record(z.string(), z.unknown()) });

/**
 * Of what the teardown is to make, what is there already and the state does not know: an engine that is killed between a create
 * and the save of its state knows nothing of the thing it has made. The next run imports it instead of making it again. The
 * live systems are asked for what the state does not have, and for nothing else.
 */
export async function alreadyMade(creations: readonly Creation[]): Promise<Made> {
  if (creations.length === 0) return {};
  const known = await namesInState();
  const unknown = creations.filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return {};
  const asked: Promise<unknown> = pulumi.invoke('teardown:index:made', { creations: unknown });
  return answer.parse(await within(limit, 'the look at what was made before', asked));
}

/** Logical names in this stack's own state, by the function that the SDK's stack references use. */
async function namesInState(): Promise<ReadonlySet<string>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join('/');
  const asked: Promise<unknown> = pulumi.invoke('pulumi:pulumi:readStackResourceOutputs', {
    stackName,
  });
  const { outputs } = stateAnswer.parse(await within(limit, "the look at the stack's own state", asked));
  return new Set(Object.keys(outputs).map((urn) => kindOf(urn).name));
}
