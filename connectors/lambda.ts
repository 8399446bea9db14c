import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { ifThere, withLambda } from './aws.ts';

/** A function as the vendor describes it, without its code. */
export interface FunctionFacts {
  readonly configuration: FunctionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  /** -1: no reservation. */
  readonly reservedConcurrency: number;
  /** What feeds it. */
  readonly mappings: readonly EventSourceMappingConfiguration[];
}

const absent = 'ResourceNotFoundException';

/** Undefined: there is no such function. */
export async function describeFunction(name: string): Promise<FunctionFacts | undefined> {
  return withLambda(async (client) => {
    const call = client.send(new GetFunctionCommand({ FunctionName: name }));
    const live = await ifThere(`reading function ${name}`, call, absent);
    if (live?.Configuration === undefined) return undefined;
    const mappings: EventSourceMappingConfiguration[] = [];
    const pages = paginateListEventSourceMappings({ client }, { FunctionName: name });
    const what = `reading the event source mappings of ${name}`;
    await within(
      '60 seconds',
      what,
      (async () => {
        for await (const page of pages) mappings.push(...(page.EventSourceMappings ?? []));
      })(),
    );
    return {
      configuration: live.Configuration,
      tags: live.Tags ?? {},
      reservedConcurrency: (await observeFunction(name))?.reservedConcurrency as number,
      mappings,
    };
  });
}

export async function observeFunction(name: string): Promise<Observed | undefined> {
  return withLambda(async (client) => {
    const call = client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }));
    const live = await ifThere(`reading the concurrency of function ${name}`, call, absent);
    return live && { reservedConcurrency: live.ReservedConcurrentExecutions ?? -1 };
  });
}

export async function observeEventSourceMapping(id: string): Promise<Observed | undefined> {
  return withLambda(async (client) => {
    const call = client.send(new GetEventSourceMappingCommand({ UUID: id }));
    const live = await ifThere(`reading event source mapping ${id}`, call, absent);
    return live && { state: live.State ?? '' };
  });
}
