import type { z } from 'zod';
import { digest, type Json, TeardownError } from '../diagnostics/index.ts';
import { checkOf, updated } from './inputs.ts';
import { problems } from './problems.ts';
import type { Call, Properties, ResourceHandler } from './protocol.ts';

/** How one part of a shared thing is looked at and written; `part` is the input that says what it should be. */
export interface SharedPart<Inputs> {
  readonly schema: z.ZodObject & z.ZodType<Inputs>;
  readonly part: keyof Inputs & string;
  /** What the thing is called in errors and, in the state, as the resource's id. */
  readonly nameOf: (inputs: Inputs) => string;
  /** What is live of the part, in the form of the input. */
  readonly look: (inputs: Inputs) => Promise<Json>;
  /** Reads the thing as it is now, and writes it with the wanted part and everything else unchanged. */
  readonly write: (inputs: Inputs) => Promise<void>;
}

/**
 * A part of something that its API knows as a whole only and that belongs to others too (rule 10). Create and Update change the part
 * and nothing else, read back, and can be run again after a crash at any point. Delete changes nothing: an update, or a guard,
 * takes the part out before.
 */
export function sharedPart<Inputs>({
  schema,
  part,
  nameOf,
  look,
  write,
}: SharedPart<Inputs>): ResourceHandler {
  const isThere = async (inputs: Inputs): Promise<boolean> =>
    digest(await look(inputs)) === digest(inputs[part]);
  const reach = async (news: Properties, call: Call): Promise<Properties> => {
    const inputs = schema.parse(news);
    if (call.preview || (await isThere(inputs))) return news;
    await write(inputs);
    if (!(await isThere(inputs))) throw overwritten(nameOf(inputs));
    return news;
  };
  return {
    check: checkOf(schema),
    diff(news, old) {
      const seen = digest(old.outputs[part] ?? null) === digest(news[part] ?? null);
      return Promise.resolve(updated(schema, news, old, seen ? [] : [part]));
    },
    create: async (news, call) => ({ id: nameOf(schema.parse(news)), outputs: await reach(news, call) }),
    async read(old) {
      const parsed = schema.safeParse(old.inputs);
      if (!parsed.success) throw new Error(`${old.id} cannot be imported`);
      return { ...old, outputs: { ...old.outputs, [part]: await look(parsed.data) } };
    },
    update: (news, _old, call) => reach(news, call),
    delete: () => Promise.resolve(),
  };
}

function overwritten(detail: string): TeardownError {
  return new TeardownError(problems('shared-part-left', { detail, hint: 'pulumi up' }));
}
