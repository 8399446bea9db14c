import { z } from 'zod';
import { TeardownError } from '../diagnostics/index.ts';
import { problems } from './problems.ts';
import type { ResourceHandler } from './protocol.ts';
import { sharedPart } from './shared-part.ts';

/** What the handler needs of the connectors, loaded at the first look. */
export type BindingConnectors = Pick<
  typeof import('../connectors/index.ts'),
  'findAction' | 'observe' | 'readTrigger' | 'writeTrigger'
>;

const schema = z.strictObject({
  trigger: z.literal('post-login'),
  action: z.string().min(1),
  bound: z.boolean(),
});

/**
 * TriggerBinding: one action in the list of an Auth0 trigger, which belongs to all products of the tenant. It comes before the
 * others, or is taken out.
 */
export function triggerBinding(load: () => Promise<BindingConnectors>): ResourceHandler {
  return sharedPart<z.infer<typeof schema>>({
    schema,
    part: 'bound',
    nameOf: ({ trigger, action }) => `${action} in the list of ${trigger}`,
    look: async ({ trigger, action }) =>
      (await (await load()).observe({ kind: 'auth0-binding', trigger, action })) !== undefined,
    async write({ trigger, action, bound }) {
      const connectors = await load();
      const others = (await connectors.readTrigger(trigger)).filter(({ name }) => name !== action);
      const ours = bound ? [await existing(connectors, action)] : [];
      await connectors.writeTrigger(trigger, [...ours, ...others]);
    },
  });
}

async function existing({ findAction }: BindingConnectors, action: string) {
  const found = await findAction(action);
  if (found) return { id: found.id, displayName: action };
  throw new TeardownError(
    problems('trigger-binding-no-action', { detail: `action ${action}`, hint: 'pulumi up' }),
  );
}
