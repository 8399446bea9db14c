import type { Management } from 'auth0';
import type { Difference, Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import { type Arguments, checkArguments, differenceOf, inputsFrom } from '../arguments.ts';
import type { Tenant } from './tenant.ts';

/** With `options` flattened to `options.disableSignup` and so on. */
export const connectionArguments: Arguments = {
  name: { kind: 'string', required: true, replaces: true },
  strategy: {
    kind: 'string',
    required: true,
    replaces: true,
    refuse: (strategy) => (strategy === 'auth0' ? undefined : 'the stand-in knows database connections only'),
  },
  'options.disableSignup': { kind: 'boolean' },
  'options.bruteForceProtection': { kind: 'boolean' },
  'options.passwordPolicy': { kind: 'string', computed: true },
};

/** Our name of an option -> the API's. */
const optionNames = {
  disableSignup: 'disable_signup',
  bruteForceProtection: 'brute_force_protection',
  passwordPolicy: 'passwordPolicy',
} as const;

/**
 * `auth0:index/connection:Connection`, imported by its connection id. An update sends the options the program gives, and
 * the API replaces all of them by these: one that is left out is gone. Deleting a connection deletes its users.
 */
export function connectionHandler(tenant: () => Tenant): ResourceHandler {
  return {
    check: (news) => {
      const { inputs, failures } = checkArguments(connectionArguments, flat(news));
      return Promise.resolve({ inputs: nested(inputs), failures });
    },
    diff: (news, old) => Promise.resolve(difference(news, old)),
    create: async (inputs, call) => {
      if (call.preview) return { id: '', outputs: inputs };
      const body = { name: String(inputs.name), strategy: 'auth0', ...optionsBody(inputs) } as const;
      const what = `creating connection ${body.name}`;
      const created = await tenant().call(what, (api) => api.connections.create(body));
      return { id: created.id ?? '', outputs: outputsOf(created) };
    },
    read: async (old) => {
      const what = `reading connection ${old.id}`;
      const found = await tenant().callOrMissing(what, (api) => api.connections.get(old.id));
      if (!found) return undefined;
      const outputs = outputsOf(found);
      const before = { ...old, inputs: flat(old.inputs) };
      return { id: old.id, inputs: nested(inputsFrom(connectionArguments, flat(outputs), before)), outputs };
    },
    update: async (news, old, call) => {
      if (call.preview) return { ...old.outputs, ...news };
      const what = `updating connection ${old.id}`;
      const changed = await tenant().call(what, (api) => api.connections.update(old.id, optionsBody(news)));
      return outputsOf(changed);
    },
    delete: async (old) => {
      await tenant().callOrMissing(`deleting connection ${old.id}`, (api) => api.connections.delete(old.id));
    },
  };
}

function difference(news: Properties, old: State): Difference {
  const before = { ...old, outputs: flat(old.outputs) };
  const found = differenceOf(connectionArguments, flat(news), before);
  // The block as a whole is computed: a program without any option leaves all of them alone.
  if (news.options !== undefined) return found;
  const changes = Object.entries(found.changes).filter(([path]) => !path.startsWith('options.'));
  return { ...found, changes: Object.fromEntries(changes) };
}

function flat(properties: Properties): Properties {
  const { options, ...rest } = properties;
  if (options === undefined) return rest;
  if (typeof options !== 'object' || options === null) return properties;
  const named = Object.entries(options).map(([name, value]) => [`options.${name}`, value] as const);
  return { ...rest, ...Object.fromEntries<unknown>(named) };
}

function nested(properties: Properties): Properties {
  const prefix = 'options.';
  const isOption = ([path]: [string, unknown]) => path.startsWith(prefix);
  const rest = Object.entries(properties).filter((entry) => !isOption(entry));
  const options = Object.entries(properties)
    .filter(isOption)
    .map(([path, value]): [string, unknown] => [path.slice(prefix.length), value]);
  if (options.length === 0) return Object.fromEntries(rest);
  return { ...Object.fromEntries(rest), options: Object.fromEntries(options) };
}

function optionsBody({ options }: Properties): { readonly options?: Readonly<Record<string, unknown>> } {
  if (options === undefined) return {};
  const given = Object.entries(options as Record<keyof typeof optionNames, unknown>);
  return {
    options: Object.fromEntries(
      given.map(([name, value]) => [optionNames[name as keyof typeof optionNames], value]),
    ),
  };
}

/** As the real provider: an option that is not set reads as its zero value. */
function outputsOf({ name, strategy, options }: Management.GetConnectionResponseContent): Properties {
  return {
    name,
    strategy,
    options: {
      disableSignup: options?.disable_signup === true,
      bruteForceProtection: options?.brute_force_protection === true,
      passwordPolicy: options?.passwordPolicy ?? '',
    },
  };
}
