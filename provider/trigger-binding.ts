import { z } from 'zod';
import { TeardownError } from '../diagnostics/index.ts';
import { shapeFailures, updated } from './inputs.ts';
import { problems } from './problems.ts';
import { type Call, type Properties, type ResourceHandler } from './protocol.ts';

/** What the handler needs of the connectors, loaded at the first look. */
export type BindingConnectors = Pick<
  typeof import('../connectors/index.ts'),
  'findAction' | 'readTrigger' | 'writeTrigger'
>;

const inputsSchema = z.strictObject({
  trigger: z.literal('post-login'),
  action: z.string().min(1),
  bound: z.boolean(),
});

/**
 * TriggerBinding: one action in the list of an Auth0 trigger. The API knows that list as a whole only, and it belongs to all
 * products of the tenant (rule 10): it is read in the moment of the change, the action is put before the others or taken out, and
 * the others stay as they are then. Create and Update read back, and can be run again after a crash at any point. Delete changes
 * nothing: the action is taken out by an update before.
 */
export function triggerBinding(load: () => Promise<BindingConnectors>): ResourceHandler {
  const reach = async (news: Properties, call: Call): Promise<Properties> => {
    const { trigger, action, bound } = inputsSchema.parse(news);
    if (call.preview) return news;
    const connectors = await load();
    const live = await connectors.readTrigger(trigger);
    const others = live.filter(({ name }) => name !== action);
    if (bound !== others.length < live.length) {
      const ours = bound ? [await existing(connectors, action)] : [];
      await connectors.writeTrigger(trigger, [...ours, ...others]);
      if ((await isBound(connectors, trigger, action)) !== bound)
        throw changedBySomebodyElse(trigger, action);
    }
    return news;
  };
  return {
    check(news) {
      const { error } = inputsSchema.safeParse(news);
      return Promise.resolve({ inputs: news, failures: shapeFailures(error) });
    },
    diff: (news, old) =>
      Promise.resolve(updated(inputsSchema, news, old, news.bound === old.outputs.bound ? [] : ['bound'])),
    create: async (inputs, call) => ({ id: String(inputs.action), outputs: await reach(inputs, call) }),
    async read(old) {
      const parsed = inputsSchema.safeParse(old.inputs);
      if (!parsed.success) throw new Error('a binding of an action cannot be imported');
      const { trigger, action } = parsed.data;
      const bound = await isBound(await load(), trigger, action);
      return { ...old, outputs: { ...old.outputs, bound } };
    },
    update: (news, _old, call) => reach(news, call),
    delete: () => Promise.resolve(),
  };
}

async function isBound(
  { readTrigger }: BindingConnectors,
  trigger: 'post-login',
  action: string,
): Promise<boolean> {
  return (await readTrigger(trigger)).some(({ name }) => name === action);
}

async function existing({ findAction }: BindingConnectors, action: string) {
  const found = await findAction(action);
  if (found) return { id: found.id, displayName: action };
  throw new TeardownError(
    problems('trigger-binding-no-action', { detail: `action ${action}`, hint: 'pulumi up' }),
  );
}

function changedBySomebodyElse(trigger: string, action: string): TeardownError {
  const detail = `${action} in the list of ${trigger}: somebody else changed the list at the same time`;
  return new TeardownError(problems('trigger-binding-left', { detail, hint: 'pulumi up' }));
}
