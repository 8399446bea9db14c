import { type Management } from 'auth0';
import { type Properties, type ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { type Tenant } from './tenant.ts';

const triggerActionsArguments: Arguments = {
  trigger: { kind: 'string', required: true, replaces: true },
  actions: { kind: 'maps', required: true },
};

interface Bound {
  readonly id: string;
  readonly displayName: string;
}

/**
 * `auth0:index/triggerActions:TriggerActions`, imported by the id of its trigger. Create and update replace the whole list of the
 * trigger, whoever bound what is in it; delete empties it.
 */
export function triggerActionsHandler(tenant: () => Tenant): ResourceHandler {
  const bind = async (trigger: string, actions: readonly Bound[]): Promise<Properties> => {
    const bindings = actions.map(({ id, displayName }) => ({
      ref: { type: 'action_id' as const, value: id },
      display_name: displayName,
    }));
    await tenant().call(`binding the actions of ${trigger}`, (api) =>
      api.actions.triggers.bindings.updateMany(trigger as Management.ActionTriggerTypeEnum, { bindings }),
    );
    return { trigger, actions };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(triggerActionsArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(triggerActionsArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const id = String(inputs.trigger);
      return { id, outputs: await bind(id, inputs.actions as readonly Bound[]) };
    },
    read: async (old) => {
      const actions = await tenant().callOrMissing(`reading the actions of ${old.id}`, async (api) => {
        const found: Bound[] = [];
        for await (const one of await api.actions.triggers.bindings.list(
          old.id as Management.ActionTriggerTypeEnum,
          { per_page: 100 },
        ))
          found.push({ id: one.action?.id ?? '', displayName: one.display_name ?? '' });
        return found;
      });
      if (!actions) return undefined;
      const outputs = { trigger: old.id, actions };
      // An empty list is required all the same: an import says it.
      const inputs = isImport(old) ? outputs : inputsFrom(triggerActionsArguments, outputs, old);
      return { id: old.id, inputs, outputs };
    },
    update: (news, old, call) =>
      call.preview
        ? Promise.resolve(previewOfUpdate(triggerActionsArguments, news, old))
        : bind(old.id, news.actions as readonly Bound[]),
    delete: async (old) => {
      await bind(old.id, []);
    },
  };
}
