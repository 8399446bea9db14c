/**
 * The Node language host for the engine that the sandbox builds itself (the vendor's host is not available as a
 * Go module): runs a program with no build step, because Node strips the types. Users of the official CLI never
 * meet it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import grpc from '@grpc/grpc-js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import services from '@pulumi/pulumi/proto/language_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/language_pb.js';
import pluginMessages from '@pulumi/pulumi/proto/plugin_pb.js';
import { argumentsOf, environmentOf, type Outcome, outcomeOf, type ProgramRequest } from './program.ts';

const version = '1.0.0';
const messageLimit = 400 * 1024 * 1024;
/** After a stop was asked for, the program has this long before it is killed. */
const graceMilliseconds = 5000;

/** Serves the host on a free loopback port; `engine` is the address every program gets. Returns the port. */
export async function startHost(engine: string): Promise<number> {
  const programs = new RunningPrograms();
  const server = new grpc.Server({ 'grpc.max_receive_message_length': messageLimit });
  server.addService(services.LanguageRuntimeService, methodsOf(engine, programs));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  endWithEngine(programs);
  return port;
}

/** The programs of this host; a stop reaches all of them, and none of them counts as a success afterwards. */
class RunningPrograms {
  readonly #children = new Map<ChildProcess, Promise<unknown>>();
  #stoppedBecause: string | undefined;

  async run(request: ProgramRequest): Promise<Outcome> {
    const child = spawn(process.execPath, argumentsOf(request), {
      cwd: request.workingDirectory,
      env: { ...process.env, ...environmentOf(request) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve(outcomeOf(code, signal, this.#stoppedBecause));
      });
    });
    this.#children.set(child, ended);
    try {
      return await ended;
    } finally {
      this.#children.delete(child);
    }
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#children.values());
  }

  stop(why: string, signal: NodeJS.Signals): void {
    this.#stoppedBecause ??= why;
    for (const child of this.#children.keys()) {
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), graceMilliseconds).unref();
    }
  }
}

function endWithEngine(programs: RunningPrograms): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      programs.stop(`the language host received ${signal}`, signal === 'SIGHUP' ? 'SIGTERM' : signal);
      void programs.ended().then(() => process.exit(128 + constants.signals[signal]));
    });
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    programs.stop('the engine is gone', 'SIGKILL');
    process.kill(process.pid, 'SIGKILL');
  }, 250).unref();
}

function methodsOf(engine: string, programs: RunningPrograms): grpc.UntypedServiceImplementation {
  const known: grpc.UntypedServiceImplementation = {
    getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
    getPluginInfo: answer(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    cancel: answer(() => {
      programs.stop('the engine cancelled the run', 'SIGINT');
      return new emptyMessages.Empty();
    }),
    run: (
      call: grpc.ServerUnaryCall<messages.RunRequest, messages.RunResponse>,
      callback: grpc.sendUnaryData<messages.RunResponse>,
    ) => {
      call.once('cancelled', () => {
        programs.stop('the engine closed the call', 'SIGTERM');
      });
      programs.run(programRequest(call.request, engine)).then(
        (outcome) => {
          callback(null, runResponse(outcome));
        },
        (error: unknown) => {
          callback(
            null,
            runResponse({ kind: 'failed', why: `the program could not be started: ${String(error)}` }),
          );
        },
      );
    },
  };
  const unimplemented: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
    callback({ code: grpc.status.UNIMPLEMENTED, message: `${call.getPath()} is not served by this host` });
  };
  return Object.fromEntries(
    Object.keys(services.LanguageRuntimeService).map((name) => [name, known[name] ?? unimplemented]),
  );
}

function answer<Response>(respond: () => Response): grpc.handleUnaryCall<unknown, Response> {
  return (_call, callback) => {
    callback(null, respond());
  };
}

function programRequest(request: messages.RunRequest, engine: string): ProgramRequest {
  const info = request.getInfo();
  const { nodeargs } = info?.getOptions()?.toJavaScript() ?? {};
  return {
    engine,
    monitor: request.getMonitorAddress(),
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    workingDirectory: request.getPwd(),
    rootDirectory: info?.getRootDirectory() ?? request.getPwd(),
    programDirectory: info?.getProgramDirectory() ?? request.getPwd(),
    entryPoint: info?.getEntryPoint() ?? '.',
    parallel: request.getParallel(),
    preview: request.getDryrun(),
    nodeArguments: typeof nodeargs === 'string' ? nodeargs : undefined,
    arguments: request.getArgsList(),
    config: Object.fromEntries(request.getConfigMap().toArray()),
    secretKeys: request.getConfigsecretkeysList(),
  };
}

function runResponse(outcome: Outcome): messages.RunResponse {
  const response = new messages.RunResponse();
  if (outcome.kind === 'reported') response.setBail(true);
  if (outcome.kind === 'failed') response.setError(outcome.why);
  return response;
}
