/**
 * The provider protocol, in this file and envelopes.ts: gRPC in, plain typed values out. A handler sees unwrapped
 * JSON-like properties and knows nothing of messages, secrets' envelopes or the engine. Serves any set of handlers; our
 * own plugin uses it, and so do the sandbox's stand-ins.
 */
import grpc from '@grpc/grpc-js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import engineServices from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineMessages from '@pulumi/pulumi/proto/engine_pb.js';
import pluginMessages from '@pulumi/pulumi/proto/plugin_pb.js';
import providerServices from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import { kindOf } from '../lifecycle/index.ts';
import { fromMessage, type Properties, toMessage } from './envelopes.ts';

export type { Properties } from './envelopes.ts';

/** What the engine sends for a value that is not known yet (previews only). */
export const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** `reason` is printed by the engine together with the property's VALUE: never report a secret property by name. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export type ChangeKind = 'add' | 'update' | 'delete';
/** Changed property paths; `replaces` are those that force a replacement. No change: an empty record. */
export interface Difference {
  readonly changes: Readonly<Record<string, ChangeKind>>;
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

export interface Call {
  readonly urn: string;
  /** True in a preview: nothing may be done; outputs the program awaits must still be known. */
  readonly preview: boolean;
  /** The address of the engine that started this plugin, as the program sees it in its own run. */
  readonly engine: string;
  /** One line in the engine's display; `ephemeral` lines are progress. */
  readonly log: (level: 'info' | 'warning', message: string, ephemeral?: boolean) => Promise<void>;
}

export interface State {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One resource type. Every method can be run again after a crash at any point; `delete` of a gone thing succeeds. */
export interface ResourceHandler {
  /** `olds` are the old inputs: undefined on create and on a forced replacement. May fill in defaults. */
  check(
    news: Properties,
    olds: Properties | undefined,
    call: Call,
  ): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }>;
  diff(news: Properties, old: State, call: Call): Promise<Difference>;
  create(inputs: Properties, call: Call): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** `old` inputs and outputs are empty when a resource is imported. Undefined: the thing is gone. */
  read(old: State, call: Call): Promise<State | undefined>;
  update(news: Properties, old: State, call: Call): Promise<Properties>;
  delete(old: State, call: Call): Promise<void>;
}

export interface ProviderDefinition {
  readonly name: string;
  readonly version: string;
  /** Type token -> handler; an unknown token is an error. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** Function token -> function that only looks; an unknown token is an error. */
  readonly functions?: Readonly<Record<string, (args: Properties) => Promise<Properties>>>;
  /** Provider configuration, checked and kept by the definition itself. Throws to refuse. */
  readonly configure?: (config: Properties) => Promise<void>;
}

type Unary<Request, Response> = (request: Request) => Promise<Response>;
type EngineLog = (
  severity: engineMessages.LogSeverity,
  message: string,
  urn: string,
  ephemeral: boolean,
) => Promise<void>;

class Unimplemented extends Error {}

const kinds = messages.PropertyDiff.Kind;
const plainKind = { add: kinds.ADD, update: kinds.UPDATE, delete: kinds.DELETE } as const;
const replaceKind = {
  add: kinds.ADD_REPLACE,
  update: kinds.UPDATE_REPLACE,
  delete: kinds.DELETE_REPLACE,
} as const;

/** Starts the server, prints its port for the engine and ends when the engine is gone. */
export async function serve(definition: ProviderDefinition): Promise<void> {
  const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith('-'));
  if (engineAddress === undefined)
    throw new Error('usage: a plugin is started by the engine, with its address');
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
  server.addService(
    providerServices.ResourceProviderService,
    methodsOf(definition, engineAddress, engineLog(engineAddress), server),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  endWithParent();
  process.stdout.write(`${port}\n`);
}

/** A plugin whose engine was killed must not go on working beside the next run. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, 250).unref();
}

function methodsOf(
  definition: ProviderDefinition,
  engine: string,
  log: EngineLog,
  server: grpc.Server,
): grpc.UntypedServiceImplementation {
  const callOf = (urn: string, preview: boolean): Call => ({
    urn,
    preview,
    engine,
    log: (level, message, ephemeral = false) => {
      const { INFO, WARNING } = engineMessages.LogSeverity;
      return log(level === 'info' ? INFO : WARNING, message, urn, ephemeral);
    },
  });
  const handlerOf = (urn: string): ResourceHandler => {
    const { type } = kindOf(urn);
    const handler = definition.resources[type];
    if (!handler) throw new Error(`${definition.name}: unknown resource type "${type}"`);
    return handler;
  };
  const known: Record<string, grpc.handleUnaryCall<never, unknown>> = {
    handshake: unary(() => Promise.resolve(handshakeResponse())),
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(definition.version);
      return Promise.resolve(info);
    }),
    checkConfig: unary((request: messages.CheckRequest) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      return Promise.resolve(response);
    }),
    diffConfig: unary(() => {
      const response = new messages.DiffResponse();
      response.setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
      return Promise.resolve(response);
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      await definition.configure?.(fromMessage(request.getArgs()).value);
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary(async (request: messages.CheckRequest) => {
      const news = fromMessage(request.getNews());
      const olds = fromMessage(request.getOlds()).value;
      const hasOlds = Object.keys(olds).length > 0;
      const checked = await handlerOf(request.getUrn()).check(
        news.value,
        hasOlds ? olds : undefined,
        callOf(request.getUrn(), true),
      );
      const response = new messages.CheckResponse();
      response.setInputs(toMessage(checked.inputs, news.secrets));
      response.setFailuresList(checked.failures.map(failureMessage));
      return response;
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const old = {
        id: request.getId(),
        inputs: fromMessage(request.getOldInputs()).value,
        outputs: fromMessage(request.getOlds()).value,
      };
      const news = without(fromMessage(request.getNews()).value, old.inputs, request.getIgnorechangesList());
      return diffResponse(await handlerOf(request.getUrn()).diff(news, old, callOf(request.getUrn(), true)));
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const asked = definition.functions?.[request.getTok()];
      if (!asked) throw new Error(`${definition.name}: unknown function "${request.getTok()}"`);
      const response = new messages.InvokeResponse();
      response.setReturn(toMessage(await asked(fromMessage(request.getArgs()).value), new Set()));
      return response;
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const inputs = fromMessage(request.getProperties());
      const call = callOf(request.getUrn(), request.getPreview());
      const created = await handlerOf(request.getUrn()).create(inputs.value, call);
      const response = new messages.CreateResponse();
      response.setId(created.id);
      response.setProperties(toMessage(created.outputs, inputs.secrets));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const inputs = fromMessage(request.getInputs());
      const outputs = fromMessage(request.getProperties());
      const state = await handlerOf(request.getUrn()).read(
        { id: request.getId(), inputs: inputs.value, outputs: outputs.value },
        callOf(request.getUrn(), false),
      );
      const response = new messages.ReadResponse();
      if (!state) return response;
      response.setId(state.id);
      response.setInputs(toMessage(state.inputs, inputs.secrets));
      response.setProperties(toMessage(state.outputs, outputs.secrets));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const news = fromMessage(request.getNews());
      const old = {
        id: request.getId(),
        inputs: fromMessage(request.getOldInputs()).value,
        outputs: fromMessage(request.getOlds()).value,
      };
      const inputs = without(news.value, old.inputs, request.getIgnorechangesList());
      const call = callOf(request.getUrn(), request.getPreview());
      const response = new messages.UpdateResponse();
      response.setProperties(
        toMessage(await handlerOf(request.getUrn()).update(inputs, old, call), news.secrets),
      );
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const inputs = fromMessage(request.getOldInputs()).value;
      const outputs = fromMessage(request.getProperties()).value;
      const call = callOf(request.getUrn(), false);
      await handlerOf(request.getUrn()).delete({ id: request.getId(), inputs, outputs }, call);
      return new emptyMessages.Empty();
    }),
    cancel: unary(() => {
      setTimeout(() => {
        server.forceShutdown();
        process.exitCode = 0;
      }, 100).unref();
      return Promise.resolve(new emptyMessages.Empty());
    }),
  };
  const unimplemented = unary(() => Promise.reject(new Unimplemented('not implemented')));
  return Object.fromEntries(
    Object.keys(providerServices.ResourceProviderService).map((name) => [name, known[name] ?? unimplemented]),
  ) as grpc.UntypedServiceImplementation;
}

function unary<Request, Response>(work: Unary<Request, Response>): grpc.handleUnaryCall<never, Response> {
  return (call, callback) => {
    work(call.request as Request).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        const { UNIMPLEMENTED, UNKNOWN } = grpc.status;
        const code = error instanceof Unimplemented ? UNIMPLEMENTED : UNKNOWN;
        callback({ code, message: error instanceof Error ? error.message : String(error) });
      },
    );
  };
}

function handshakeResponse(): messages.ProviderHandshakeResponse {
  const response = new messages.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  return response;
}

function failureMessage(failure: CheckFailure): messages.CheckFailure {
  const message = new messages.CheckFailure();
  message.setProperty(failure.property);
  message.setReason(failure.reason);
  return message;
}

function diffResponse(difference: Difference): messages.DiffResponse {
  const replaces = difference.replaces ?? [];
  const changed = Object.entries(difference.changes);
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...new Set(changed.map(([path]) => path.split(/[.[]/, 1)[0] ?? path))]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of changed) {
    const detail = new messages.PropertyDiff();
    detail.setKind(replaces.includes(path) ? replaceKind[kind] : plainKind[kind]);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** ignoreChanges: the old input stands in for the new one. */
function without(news: Properties, olds: Properties, ignored: readonly string[]): Properties {
  const kept = { ...news };
  for (const path of ignored) {
    if (path in olds) kept[path] = olds[path];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a path the old inputs do not have
    else delete kept[path];
  }
  return kept;
}

function engineLog(address: string): EngineLog {
  const client = new engineServices.EngineClient(address, grpc.credentials.createInsecure());
  return (severity, message, urn, ephemeral) =>
    new Promise((resolve) => {
      const request = new engineMessages.LogRequest();
      request.setSeverity(severity);
      request.setMessage(message);
      request.setUrn(urn);
      request.setEphemeral(ephemeral);
      // A display that is gone must not stop the work.
      client.log(request, () => {
        resolve();
      });
    });
}
