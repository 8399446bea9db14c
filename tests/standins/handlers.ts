import type { Call, Difference, Properties, ProviderDefinition, State } from '../../provider/protocol.ts';

const call = (preview: boolean): Call => ({
  urn: 'urn:pulumi:test::standins::any::any',
  preview,
  engine: '127.0.0.1:1',
  log: () => Promise.resolve(),
});

const run = call(false);
const preview = call(true);

/** One resource type as the engine drives it: arguments go through Check first, state is what came back. */
export interface Driven {
  create(program: Properties): Promise<State>;
  import(id: string): Promise<State>;
  refresh(state: State): Promise<State | undefined>;
  diff(program: Properties, state: State): Promise<Difference>;
  update(program: Properties, state: State): Promise<State>;
  delete(state: State): Promise<void>;
  previewCreate(program: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
  previewUpdate(program: Properties, state: State): Promise<Properties>;
}

export function driven(definition: ProviderDefinition, type: string): Driven {
  const handler = definition.resources[type];
  if (!handler) throw new Error(`no handler for ${type}`);
  const checked = async (program: Properties): Promise<Properties> => {
    const { inputs, failures } = await handler.check(program, undefined, preview);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join('\n'));
    return inputs;
  };
  return {
    create: async (program) => {
      const inputs = await checked(program);
      return { inputs, ...(await handler.create(inputs, run)) };
    },
    import: async (id) => {
      const state = await handler.read({ id, inputs: {}, outputs: {} }, run);
      if (!state) throw new Error(`${id} was not found`);
      return state;
    },
    refresh: (state) => handler.read(state, run),
    diff: async (program, state) => handler.diff(await checked(program), state, preview),
    update: async (program, state) => {
      const inputs = await checked(program);
      return { id: state.id, inputs, outputs: await handler.update(inputs, state, run) };
    },
    delete: (state) => handler.delete(state, run),
    previewCreate: async (program) => handler.create(await checked(program), preview),
    previewUpdate: async (program, state) => handler.update(await checked(program), state, preview),
  };
}
