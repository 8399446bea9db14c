import type { Management } from 'auth0';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import type { Tenant } from './tenant.ts';

const actionArguments: Arguments = {
  name: { kind: 'string', required: true },
  code: { kind: 'string', required: true },
  runtime: { kind: 'string', computed: true },
  deploy: { kind: 'boolean' },
  supportedTriggers: { kind: 'map', required: true },
};

/**
 * `auth0:index/action:Action`, imported by its id. New code runs only if `deploy` is given; a delete is refused while the
 * action is bound to a trigger.
 */
export function actionHandler(tenant: () => Tenant): ResourceHandler {
  const deploy = async (id: string, inputs: Properties): Promise<void> => {
    if (inputs.deploy === true)
      await tenant().call(`deploying action ${id}`, (api) => api.actions.deploy(id));
  };
  const outputsOf = async (id: string, inputs: Properties): Promise<Properties | undefined> => {
    const found = await tenant().callOrMissing(`reading action ${id}`, (api) => api.actions.get(id));
    return found && { ...shown(found), ...(inputs.deploy !== undefined && { deploy: inputs.deploy }) };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(actionArguments, news)),
    diff: (news, old) => Promise.resolve(differenceOf(actionArguments, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const made = await tenant().call(`creating action ${String(inputs.name)}`, (api) =>
        api.actions.create(settings(inputs)),
      );
      const id = made.id ?? '';
      await deploy(id, inputs);
      return { id, outputs: (await outputsOf(id, inputs)) ?? {} };
    },
    read: async (old) => {
      const outputs = await outputsOf(old.id, old.inputs);
      return outputs && { id: old.id, inputs: inputsFrom(actionArguments, outputs, old), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(actionArguments, news, old);
      await tenant().call(`updating action ${old.id}`, (api) => api.actions.update(old.id, settings(news)));
      await deploy(old.id, news);
      return (await outputsOf(old.id, news)) ?? {};
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting action ${old.id}`, (api) => api.actions.delete(old.id));
    },
  };
}

function settings({
  name,
  code,
  runtime,
  supportedTriggers,
}: Properties): Management.CreateActionRequestContent {
  return {
    name: String(name),
    code: String(code),
    ...(runtime !== undefined && { runtime: runtime as string }),
    supported_triggers: [supportedTriggers as Management.ActionTrigger],
  };
}

function shown({ name, code, runtime, supported_triggers }: Management.GetActionResponseContent): Properties {
  const [trigger] = supported_triggers ?? [];
  return { name, code, runtime, supportedTriggers: { id: trigger?.id, version: trigger?.version } };
}
